package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

const clusterColumns = "id, space, terms, central, size, centroid, created, updated, emerging, came_from, went_into"

// Clusters lists the living clusters of a space; see [store.Clusters].
func (s *Store) Clusters(ctx context.Context, space string) ([]store.Cluster, error) {
	return all(ctx, s.db, scanCluster, "SELECT "+clusterColumns+" FROM cluster WHERE space = ? AND went_into = '' ORDER BY size DESC, id", rules.Text(space))
}

// Cluster finds a cluster; see [store.Clusters].
func (s *Store) Cluster(ctx context.Context, id string) (store.Cluster, error) {
	return one(ctx, s.db, scanCluster, "SELECT "+clusterColumns+" FROM cluster WHERE id = ?", rules.Text(id))
}

func scanCluster(r scanner) (c store.Cluster, err error) {
	var (
		terms, central, from string
		centroid             []byte
		created, updated     int64
	)
	if err := r.Scan(&c.ID, &c.Space, &terms, &central, &c.Size, &centroid, &created, &updated, &c.Emerging, &from, &c.Into); err != nil {
		return store.Cluster{}, err
	}
	c.Centroid, c.CreatedAt, c.UpdatedAt = floats(centroid), moment(created), moment(updated)
	var errs [3]error
	c.Terms, errs[0] = unlist(terms)
	c.Central, errs[1] = unlist(central)
	c.From, errs[2] = unlist(from)
	return c, errors.Join(errs[:]...)
}

// Members gives who belongs where; see [store.Clusters].
func (s *Store) Members(ctx context.Context, space string) (map[string]string, error) {
	pairs, err := all(ctx, s.db, func(r scanner) (p [2]string, err error) {
		err = r.Scan(&p[0], &p[1])
		return p, err
	}, "SELECT claim.id, member.cluster FROM member JOIN claim ON claim.seq = member.claim WHERE member.space = ?", rules.Text(space))
	if err != nil {
		return nil, err
	}
	out := make(map[string]string, len(pairs))
	for _, p := range pairs {
		out[p[0]] = p[1]
	}
	return out, nil
}

// ClusterOf gives one claim's cluster; see [store.Clusters].
func (s *Store) ClusterOf(ctx context.Context, space, claim string) (string, error) {
	id, err := one(ctx, s.db, func(r scanner) (c string, err error) {
		err = r.Scan(&c)
		return c, err
	}, "SELECT member.cluster FROM claim JOIN member ON member.claim = claim.seq WHERE claim.id = ? AND member.space = ?", claim, rules.Text(space))
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	return id, err
}

// ChangeClusters applies one step of clustering; see [store.Clusters]. A member of a cluster
// that is not there makes it fail with [store.ErrNotFound].
func (s *Store) ChangeClusters(ctx context.Context, space string, c store.ClusterChange) error {
	if len(c.Put) == 0 && len(c.Member) == 0 {
		return nil
	}
	return s.write(ctx, func(tx *sql.Tx) error {
		for _, cluster := range c.Put {
			if err := putCluster(ctx, tx, space, cluster); err != nil {
				return err
			}
		}
		return moveMembers(ctx, tx, space, c.Member)
	})
}

func putCluster(ctx context.Context, tx *sql.Tx, space string, c store.Cluster) error {
	var lists [3]string
	for i, l := range [][]string{c.Terms, c.Central, c.From} {
		var err error
		if lists[i], err = list(l); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO cluster ("+clusterColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		rules.Text(c.ID), rules.Text(space), lists[0], lists[1], c.Size, pack(c.Centroid), instant(c.CreatedAt), instant(c.UpdatedAt),
		c.Emerging, lists[2], rules.Text(c.Into)); err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	return nil
}

func moveMembers(ctx context.Context, tx *sql.Tx, space string, member map[string]string) (err error) {
	move, err := tx.PrepareContext(ctx, "INSERT OR REPLACE INTO member (space, claim, cluster) SELECT ?, seq, ? FROM claim WHERE id = ?")
	if err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	defer func() { err = errors.Join(err, move.Close()) }()
	there := map[string]bool{"": true}
	for id, cluster := range member {
		cluster = rules.Text(cluster)
		if !there[cluster] {
			if _, err := one(ctx, tx, value[int], "SELECT 1 FROM cluster WHERE id = ? AND space = ?", cluster, rules.Text(space)); err != nil {
				return fmt.Errorf("cluster %q: %w", cluster, err)
			}
			there[cluster] = true
		}
		if _, err := move.ExecContext(ctx, rules.Text(space), cluster, id); err != nil {
			return fmt.Errorf("sqlite: %w", err)
		}
	}
	return nil
}
