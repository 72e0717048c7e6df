// Package surveillance watches what the store holds: it turns the pure functions of package
// pattern into alarms that are kept.
//
// Its place in the flow: behind the store, before quality work and the pages. A [Watch] reads
// units and finished claims, with reviewers' labels where there are any, and
//
//   - counts units at risk by everything they belong to (the fleet), in weeks of start of service;
//   - learns what is usual from the past alone, again every four weeks as it goes through the
//     history day by day, with allowance for what was found, so that a defect does not become
//     usual ([pattern.Learner], [pattern.Taught]); the first year teaches itself, in two passes,
//     since a season cannot be told from growth in less, and labels that hardly anybody has
//     reported yet are learned of the whole history;
//   - watches every group and label, and the claims that no label fits, and puts what overlaps down to
//     one group in words;
//   - measures each alarm (units, cost, forecast, examples, cluster) and keeps it ([Ledger] is
//     what people do with it).
//
// [Watch.Scan] looks at everything anew; [Watch.Tend] adds the claims that were finished since
// the last look and scans once a day. A scan that finds what is known changes nothing but
// measures, so several processes may watch one database.
//
// Trade-offs: what goes wrong in the first year with a whole product is usual, and with less than a
// year of history all of it is fitted to the days that are watched; an excess that is known is
// expected of the other groups that have some of its units from the next lesson on, up to four
// weeks after it was found; a group's units are grouped as they are now, firmware included: what a
// version did moves on with the units that are updated, to the next version and to their products and
// lots; a unit without a start of service has no exposure, so claims about it are counted
// out and reported as such. Without any unit the watch compares each label's share of a group's
// claims with its share of all ([store.BasisClaims]).
package surveillance
