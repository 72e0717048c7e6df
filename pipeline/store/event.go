package store

// Names of what happened, for deliveries and the audit trail.
const (
	// ClaimDone is the Type of the deliveries that Finish makes, and Accept with an Outcome.
	ClaimDone = "claim.done"
	// ClaimErased is the What of the stub that Erase leaves.
	ClaimErased = "claim.erased"
)
