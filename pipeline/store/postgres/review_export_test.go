package postgres

// The queue's queries, for a look at their plans.
var (
	NearQuery = nearQuery
	FarQuery  = farQuery
)
