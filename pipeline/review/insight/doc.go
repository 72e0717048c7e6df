// Package insight reads from people's answers what a lead wants to know: which of the model's
// mistakes cost most, how far the team agrees as time goes by, and which labels of the taxonomy
// are trouble (mixed up, hardly used, undecidable, or two things under one name).
//
// It stands behind package review, as pure functions on what that package and the store give:
// settled items, ratings, cluster sizes. Pages and the API show the results.
//
// Trade-offs: what comes to people is no fair sample of claims (uncertain ones come first), so
// that shares here say something about labels beside each other and nothing about accuracy,
// which [review.Estimate] gives. Suggestions are made on the careful end of an interval: rather
// none than a wrong one.
package insight

// level is that of the intervals.
const level = 0.95
