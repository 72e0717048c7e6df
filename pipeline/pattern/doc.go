// Package pattern finds groups of units (a batch, a supplier's lot, a warehouse ...) in which a
// label is reported more often than the units' number and age explain. Pure functions on counts.
//
// Its place in the flow: behind the store, with [Cohort]s (units with the same groups and start of
// service) and [Claim]s in and [Alarm]s out. pipeline/surveillance runs it on what the store holds
// and keeps its alarms; .ci/patterns scores it on simulated worlds.
//
//   - [FitBaseline] learns, per label, the rate of reports by age in service, the season and a
//     factor per stratum (such as the SKU), shrunk to its family's as much as strata differ, by
//     exposure and not by counts. Rates are by age at report, so a steady reporting delay is part
//     of them; [Completeness] corrects counts by day of failure.
//   - [Monitor] compares each group and label with what the baseline expects and raises alarms
//     that stay valid however often one looks (see detector); [Monitor.Add] takes one claim.
//   - A [Taught] monitor learns while it watches, from the past alone ([Learner]): new products come
//     and units get older than any before. What was found does not become usual (see [Known]),
//     and what is known of one group is expected of the groups that share in it. A Learner keeps
//     what it has counted, so that a lesson costs what is new; [FitBaseline] is one lesson alone.
//   - [Season], [Vintage] and the bounds of a cohort ([Cohort].From) make groups of what is not a
//     name on the unit: the season it was made in, a change of a design or at a supplier, the
//     firmware that it runs now.
//   - [Explain] (of sums, [ExplainCells]) says which of several overlapping groups is behind an excess.
//   - [FitShrinkage] ranks (gamma-Poisson, EB05), [EBH] controls the share of false discoveries
//     in a list, [Confusion] undoes the classifier's errors, [Nevada] and [FitWeibull] show
//     failures by months in service.
//
// Trade-offs: exposure is added up in weeks and a month of age has one rate, so a defect that
// lasts days within a group is seen only by its sum; what all units share (a hot summer that lets
// old units fail) is in the season or in the baseline, and no group of its own; the guarantee on
// false alarms takes the baseline as known (its effect is measured, and [Config.Tolerance] and
// [Config.Margin] leave room for it).
package pattern
