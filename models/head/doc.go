// Package head fits and applies the part of a model that decides: one regularised
// multinomial logistic regression per axis over all blocks of features joined (design,
// decision 2), with calibrated probabilities and an abstention rule.
//
// The way of a fit: blocks are standardised and scaled to unit mean square norm, so that
// one strength of regularisation suits all of them; strength, class weighting and (for
// ordinal axes) smoothing towards neighbouring labels are chosen by grouped
// cross-validation; the probabilities are calibrated on the out-of-fold logits that the
// chosen setting gave, and the abstention threshold is read off the calibrated
// out-of-fold probabilities. No fit sees the labels of the rows that its fold keeps back;
// means and deviations of columns are learnt from all rows, once.
//
// Fits run in the space of rows (see kernel and problem): weights are mixes of rows, so a
// step of L-BFGS costs the same for a hundred columns or three hundred thousand.
//
// Missing blocks: a dense block is replaced by the training mean and an indicator column
// tells the head so; rows with both photos and text are also shown to the fit with one of
// them taken away, so that a claim without photos is not answered as if it had an average
// one. Photos unlike any of the training do not count (novelty.go).
//
// Rows that people could not decide are fitted as one more class, the doubt: it takes
// probability from the answers, is never chosen, and is left out of the figures.
//
// Trade-offs: linear heads need hundreds of labels where fine-tuned networks need
// thousands, fit in seconds on a laptop, and explain themselves; they cannot learn what
// the encoders do not show. Everything is deterministic: the same rows, configuration
// and seed give the same bytes.
package head
