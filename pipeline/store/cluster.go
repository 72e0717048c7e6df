package store

import (
	"context"
	"time"
)

// Cluster is a group of claims that tell of the same thing.
type Cluster struct {
	// ID is a UUID of version 7 and stays while the cluster lives.
	ID    string
	Space string
	// Terms are three to five telling words, Central the ids of its most central claims.
	Terms   []string
	Central []string
	Size    int
	// Centroid has unit length.
	Centroid  []float32
	CreatedAt time.Time
	UpdatedAt time.Time
	// Emerging marks a young cluster that grows fast.
	Emerging bool
	// From lists the clusters that it came of by merge or split; Into is set on a cluster
	// that has gone up in another one, "noise" when its claims went to the noise pool or were
	// erased.
	From []string
	Into string
}

// ClusterChange is what one step of clustering does, all or nothing.
type ClusterChange struct {
	// Put adds clusters or replaces those with the same id.
	Put []Cluster
	// Member moves claims: claim id to cluster id; an empty cluster id is the noise pool.
	Member map[string]string
}

// Clusters keeps clusters and who belongs to them.
type Clusters interface {
	// Clusters lists the living ones (Into is empty) of a space, largest first, then by id.
	Clusters(ctx context.Context, space string) ([]Cluster, error)
	// Cluster must also find those that have gone up in others.
	Cluster(ctx context.Context, id string) (Cluster, error)
	// Members gives claim id to cluster id of a space; claims in the noise pool have an empty
	// one, claims never clustered are absent.
	Members(ctx context.Context, space string) (map[string]string, error)
	// ClusterOf gives one claim's cluster, empty when it is in the noise pool, was never
	// clustered, or is not there.
	ClusterOf(ctx context.Context, space, claim string) (cluster string, err error)
	// ChangeClusters must apply the change in one transaction; members that were erased
	// meanwhile are passed over.
	ChangeClusters(ctx context.Context, space string, c ClusterChange) error
}
