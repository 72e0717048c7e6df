// Package storetest checks that a store keeps the contracts of package store. Every store
// runs the same cases, so that what passes on the small database passes on the large one.
//
// Known divergences between databases are cases of their own: letter case, collation, time
// zones, fractions of a second, ties, empty against nil, NUL and bad UTF-8, very long
// strings, integers with the highest bit, and two openers of one database.
//
// What the contracts leave open is settled here, once:
//   - Text that is no UTF-8, and NUL, is kept with U+FFFD for each such byte; filters match it so.
//   - Filters compare times with what was kept, that is, with CreatedAt after cutting.
//   - Empty and nil are the same; a store may give back either.
//   - Facts of Context that filters know may be numbers: 4711 is found as "4711".
//   - Two claims are of one customer when owner and customer are the same and the customer
//     is not empty.
//   - Failed claims have FinishedAt; Requeue clears it and Failure.
//   - A vector whose dimension is not its space's is refused, in Finish and in Nearest.
//   - Erase takes along the claim's deliveries, its place in Central, one from its cluster's
//     Size, and the cluster itself if that was its last member.
//   - A change of clusters that names a cluster that is not there fails with ErrNotFound.
//   - A cursor of another filter is ErrCursor; the limit may change from page to page.
//   - The name of a revoked key is free again; revoking it again is ErrNotFound.
//   - Finish, and Accept with an Outcome, make a delivery of type ClaimDone for each webhook of
//     the claim's owner or of everyone; Fail makes one of type ClaimFailed.
//   - A notice goes to the webhooks without owner at the time; its deliveries have no Claim.
//   - Replay clears DeliveredAt and Failure and lets Attempts count on.
package storetest
