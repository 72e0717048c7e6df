// Package revision changes the taxonomy that people work with: it reads a new version with the
// mapping from the one before, shows what the change would do to the labels that are there, and
// publishes it.
//
// It stands beside package review, between the taxonomy's own rules (package taxonomy) and the
// store that keeps the versions. Labels already given are never rewritten: who reads them later
// applies the mappings of all versions since ([History.Since]), so that a publication can be
// read backwards and nothing is lost when it was a mistake.
package revision
