// Package pattern finds groups of units (a batch, a supplier's lot, a warehouse ...) in which a
// label is reported more often than the units' number and age explain. Pure functions on counts.
//
// Its place in the flow: behind the store, with [Cohort]s (units with the same groups and start of
// service) and [Claim]s in and [Alarm]s out. Of the program only `defekt bench detection` calls
// its folders watch and detection yet.
//
//   - [FitBaseline] learns, per label, the rate of reports by age in service, the season and a
//     shrunk factor per stratum (such as the SKU), by exposure and not by counts. Rates are by
//     age at report, so a steady reporting delay is part of them; [Completeness] corrects counts
//     by day of failure.
//   - [Monitor] compares each group and label with what the baseline expects and raises alarms
//     that stay valid however often one looks (see detector); [Monitor.Add] takes one claim.
//   - [Explain] says which of several overlapping groups is behind an excess.
//   - [FitShrinkage] ranks (gamma-Poisson, EB05), [EBH] controls the share of false discoveries
//     in a list, [Confusion] undoes the classifier's errors, [Nevada] and [FitWeibull] show
//     failures by months in service.
//
// Trade-offs: exposure is added up in weeks and a month of age has one rate, so a defect that
// lasts days within a group is seen only by its sum; groups are properties of a unit from its
// start of service on, so what changes later (firmware) needs cohorts of its own; the guarantee
// on false alarms takes the baseline as known (its effect is measured in the tests, and
// [Config.Tolerance] leaves room for it).
package pattern
