// Package taxonomy holds the label trees that claims are sorted into: axes, labels with
// stable ids, versions, validation and the mapping from one version to the next.
//
// A [Taxonomy] has axes (defect_type, severity, ...); an axis asks one question and holds
// a tree of labels. A claim gets at most one label per axis, a leaf or an inner node, or
// [Undetermined], which is valid on every axis and stands in no file.
//
// On an ordinal axis the order of the labels carries meaning: the first is the worst, the
// last the mildest. Everything that computes with the order (heads, quadratic kappa,
// ordinal error) relies on that.
//
// Place in the flow: a leaf. Readers of data check labels against it, models name the
// version they were trained on, stores write it down with each prediction. It imports no
// other package of this project but its own YAML reader. Trade-off: lookups walk the tree
// instead of an index, which keeps the types plain and comparable; trees have tens of
// labels, and whoever checks millions of rows builds a set from [Axis.IDs].
package taxonomy
