// Package learning closes the circle: what people decide becomes a version of the data set, a
// candidate is fitted on it, judged against the model that answers now, registered, promoted,
// and taken back when it disappoints.
//
// It stands between the review queue, which makes labels, and the service, which answers with a
// model. The pieces are apart, since they run in different places: [Export], [Judge] and
// [Registry] in commands that a person or a clock starts; [Live], [Follower], [Shadower] and
// [Rescorer] in every process that classifies.
//
// Three choices matter. A claim's side of the split is kept in the database for good, so that no
// claim that was ever trained on is tested on later, whoever exports and wherever to. A model is
// shared as one deterministic archive in the place for photos, so that a promotion needs no
// copying between machines; each process unpacks it into a folder of its own and swaps without
// letting go of claims under way. And history is re-scored in place, the old answer kept beside,
// so that a trend can be read under either model; which claims are left is asked of the data
// itself, so that a kill at any moment loses nothing.
//
// Opening a model needs the runtime library, which only cmd knows: an [Opener] is given.
package learning
