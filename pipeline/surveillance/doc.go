// Package surveillance watches what the store holds: it turns the pure functions of package
// pattern into alarms that are kept.
//
// Its place in the flow: behind the store, before quality work and the pages. A [Watch] reads
// units and finished claims, with reviewers' labels where there are any, and
//
//   - counts units at risk by everything they belong to (the fleet), in weeks of start of service;
//   - learns what is usual, finds excesses, and learns it again without them, so that a defect
//     does not become usual (two passes);
//   - watches every group and label, and puts what overlaps down to one group in words;
//   - measures each alarm (units, cost, forecast, examples, cluster) and keeps it ([Ledger] is
//     what people do with it).
//
// [Watch.Scan] looks at everything anew; [Watch.Tend] adds the claims that were finished since
// the last look and scans once a day. A scan that finds what is known changes nothing but
// measures, so several processes may watch one database.
//
// Trade-offs: what is usual is fitted to the same years that are watched, which hides slow
// changes of a whole product line; a group's units are grouped as they are now (firmware
// included); a unit without a start of service has no exposure, so claims about it are counted
// out and reported as such. Without any unit the watch compares each label's share of a group's
// claims with its share of all ([store.BasisClaims]).
package surveillance
