package postgres

// ClaimTags lets the benchmark write rows by COPY as Accept would write them.
var ClaimTags = claimTags
