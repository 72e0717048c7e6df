package main

// evalCmd is everything about figures: the bare command scores, the others look at what was
// scored.
type evalCmd struct {
	Score       evalScoreCmd   `cmd:"" default:"withargs" help:"Score a model, or anyone's predictions, against labels (the default)."`
	Compare     evalCompareCmd `cmd:"" help:"Compare two kept runs on the same claims: is the second better?"`
	Runs        evalRunsCmd    `cmd:"" help:"List the runs that were kept."`
	Show        evalShowCmd    `cmd:"" help:"Show a kept run again, or write its report."`
	Leaderboard evalBoardCmd   `cmd:"" help:"Write one page of all kept runs: models by data sets, and over time."`
	Drift       evalDriftCmd   `cmd:"" help:"Tell what changed between two runs, or between two periods of one."`
	Agreement   evalPeopleCmd  `cmd:"" help:"Tell how far people agree, with each other and with a model."`
	LabelErrors evalErrorsCmd  `cmd:"" help:"List labels that are probably wrong, for review."`
	Export      evalExportCmd  `cmd:"" help:"Write claims and predictions for Label Studio or FiftyOne."`
}
