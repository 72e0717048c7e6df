// Package people measures how far labels can be trusted: how much the people agree who gave
// them, with each other, with themselves, with a standard and with the model as one more
// appraiser; which labels of a set are probably wrong; and how good a model could look at
// most, scored against such labels.
//
// It stands beside package eval: [Agree] reads a table of ratings, [FindLabelErrors] reads one
// axis of a sample whose probabilities are out of sample (the model that gave them never saw
// that row's label). Neither knows claims' texts or photos; a review list names claims by id.
//
// Trade-offs: intervals resample claims, so they say what other claims would have shown with
// the same people, and not what other people would have said. Confident learning takes no
// account of claims that are ambiguous in themselves; the reasons are there so that a person
// sees it in a second.
package people
