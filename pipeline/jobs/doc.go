// Package jobs does the work that a store's transactions leave behind: it classifies
// claims, reads codes on photos, delivers webhooks and does upkeep, as River jobs on the store's own database.
//
// A job is made in the transaction that makes its reason (a claim stored, an outcome
// stored), so there is never one without the other. River runs it at least once; the store
// takes one outcome only, which makes it exactly once. A worker that dies leaves its job
// running; River gives it to another one after Config.Rescue. A job that failed
// [MaxAttempts] times is dead: its claim is marked failed, and it waits in the list of
// [Runner.Dead] until somebody sends it again.
//
// Everything is generic over the driver's transaction, since River is: *sql.Tx with
// SQLite, pgx.Tx with Postgres. Only cmd says which.
package jobs
