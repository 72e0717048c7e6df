package store

// Names of what happened, for deliveries and the audit trail.
const (
	// ClaimDone is the Type of the deliveries that Finish makes, and Accept with an Outcome.
	ClaimDone = "claim.done"
	// ClaimFailed is that of those that Fail makes.
	ClaimFailed = "claim.failed"
	// ClaimRead is that of those that PutReadings makes: photos gave the claim its serial, or
	// contradict the one that it has. SerialRead is the What of the line that a serial taken
	// from a photo leaves.
	ClaimRead  = "claim.read"
	SerialRead = "claim.serial_read"
	// ClaimErased is the What of the stub that Erase leaves.
	ClaimErased = "claim.erased"
	// CustomerForgotten is the What of the line that ForgetCustomer leaves; it does not name
	// the customer.
	CustomerForgotten = "customer.forgotten"
	// ReviewAdded and the following are the What of the review queue's log. The store writes
	// ReviewAdded (also when an item took on further reasons) and ReviewHanded itself.
	ReviewAdded    = "review.added"
	ReviewHanded   = "review.handed"
	ReviewReleased = "review.released" // given back without a word
	ReviewSkipped  = "review.skipped"
	ReviewDecided  = "review.decided"
	ReviewUndone   = "review.undone"
	ReviewRemoved  = "review.dropped" // the item was dropped
)
