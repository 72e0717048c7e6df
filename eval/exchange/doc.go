// Package exchange reads and writes what other tools speak: tables and JSON Lines of
// predictions, Label Studio's tasks and FiftyOne's samples. With it anyone's predictions are
// scored by the same harness, reviewers label where they like to, and what they decided
// comes back as labels and as ratings for agreement.
//
// Place in the flow: before and after an evaluation. It imports taxonomy and pipeline/claim,
// and knows neither models nor data sets. Claims of these formats are read by package
// datasets ([datasets.Open] tells them by their shape); here are the answers, the ratings
// and the exports.
//
// Trade-offs: files of JSON are read element by element, and predictions are kept column by
// column, so a million of them on five axes take some 150 MB. All faults of a file are
// named at once, up to 20, and then the file is refused: half of a rival's predictions
// would be a wrong figure.
package exchange
