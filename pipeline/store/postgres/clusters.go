package postgres

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

const clusterColumns = "id, space, terms, central, size, centroid, created_at, updated_at, emerging, came_from, went_into"

// Clusters lists the living clusters of a space; see [store.Clusters].
func (s *Store) Clusters(ctx context.Context, space string) (list []store.Cluster, err error) {
	return listOf(ctx, s, "clusters", scanCluster, "SELECT "+clusterColumns+" FROM clusters WHERE space = $1 AND went_into = '' ORDER BY size DESC, id", rules.Text(space))
}

// Cluster finds a cluster; see [store.Clusters].
func (s *Store) Cluster(ctx context.Context, id string) (c store.Cluster, err error) {
	return find(ctx, s, "cluster", scanCluster, "SELECT "+clusterColumns+" FROM clusters WHERE id = $1", rules.Text(id))
}

func scanCluster(row pgx.CollectableRow) (c store.Cluster, err error) {
	err = row.Scan(&c.ID, &c.Space, &c.Terms, &c.Central, &c.Size, &c.Centroid, &c.CreatedAt, &c.UpdatedAt, &c.Emerging, &c.From, &c.Into)
	c.CreatedAt, c.UpdatedAt = rules.Time(c.CreatedAt), rules.Time(c.UpdatedAt)
	c.Terms, c.Central, c.From = orNil(c.Terms), orNil(c.Central), orNil(c.From)
	return c, err
}

// orNil gives nil for an empty list: the two are one thing to callers.
func orNil(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return list
}

// Members gives who belongs where; see [store.Clusters].
func (s *Store) Members(ctx context.Context, space string) (members map[string]string, err error) {
	err = s.try(ctx, "members", func(ctx context.Context) error {
		rows, err := s.pool.Query(ctx, "SELECT claim::text, cluster FROM members WHERE space = $1", rules.Text(space))
		if err != nil {
			return err
		}
		members = map[string]string{}
		var id, cluster string
		_, err = pgx.ForEachRow(rows, []any{&id, &cluster}, func() error {
			members[id] = cluster
			return nil
		})
		return err
	})
	return members, err
}

// ClusterOf gives one claim's cluster; see [store.Clusters].
func (s *Store) ClusterOf(ctx context.Context, space, claim string) (string, error) {
	if !isID(claim) {
		return "", nil
	}
	id, err := find(ctx, s, "cluster of", pgx.RowTo[string], "SELECT cluster FROM members WHERE space = $1 AND claim = $2", rules.Text(space), claim)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	return id, err
}

// ChangeClusters applies one step of clustering; see [store.Clusters]. ErrNotFound when a
// member is to go to a cluster that the space does not have.
func (s *Store) ChangeClusters(ctx context.Context, space string, change store.ClusterChange) error {
	return s.inTx(ctx, "change clusters", func(ctx context.Context, tx pgx.Tx) error {
		b := &pgx.Batch{}
		for _, c := range change.Put {
			putCluster(b, space, c)
		}
		unknown := false
		moveMembers(b, space, change.Member, &unknown)
		if b.Len() == 0 {
			return nil
		}
		if err := tx.SendBatch(ctx, b).Close(); err != nil {
			return err
		}
		if unknown {
			return store.ErrNotFound
		}
		return nil
	})
}

func putCluster(b *pgx.Batch, space string, c store.Cluster) {
	centroid := c.Centroid
	if centroid == nil {
		centroid = []float32{}
	}
	b.Queue(`INSERT INTO clusters (`+clusterColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (id) DO UPDATE SET space = $2, terms = $3, central = $4, size = $5, centroid = $6,
			created_at = $7, updated_at = $8, emerging = $9, came_from = $10, went_into = $11`,
		rules.Text(c.ID), rules.Text(space), cleanAll(c.Terms), cleanAll(c.Central), c.Size, centroid,
		rules.Time(c.CreatedAt), rules.Time(c.UpdatedAt), c.Emerging, cleanAll(c.From), rules.Text(c.Into))
}

// moveMembers writes all members with one statement. The lock on their claims makes an
// erasure wait, or makes this pass over what was erased. Both sides go by id, so that two
// changes at once cannot wait for each other. unknown tells of a cluster that is not there.
func moveMembers(b *pgx.Batch, space string, member map[string]string, unknown *bool) {
	ids := slices.DeleteFunc(slices.Sorted(maps.Keys(member)), func(id string) bool { return !isID(id) })
	if len(ids) == 0 {
		return
	}
	clusters := make([]string, len(ids))
	for i, id := range ids {
		clusters[i] = rules.Text(member[id])
	}
	b.Queue(`SELECT EXISTS (SELECT 1 FROM unnest($2::text[]) AS m(id) WHERE m.id <> ''
		AND NOT EXISTS (SELECT 1 FROM clusters c WHERE c.id = m.id AND c.space = $1))`, rules.Text(space), clusters).
		QueryRow(func(row pgx.Row) error { return row.Scan(unknown) })
	b.Queue(`INSERT INTO members (space, claim, cluster)
		SELECT $1, c.id, m.cluster FROM unnest($2::uuid[], $3::text[]) AS m(claim, cluster) JOIN claims c ON c.id = m.claim
		ORDER BY c.id FOR KEY SHARE OF c
		ON CONFLICT (space, claim) DO UPDATE SET cluster = excluded.cluster`, rules.Text(space), ids, clusters)
}
