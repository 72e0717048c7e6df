// Package watch scores how much a stream of complaints about one component of one car model
// looks like the streams that ended in a safety recall.
//
// Its place in the flow: beside the tests of package pattern, for owners whose claims come
// without exposure. Nobody publishes how many cars are on the road, so observed against
// expected cannot be had from complaints alone; what can be had is how fast they come, how
// young the cars are, how often this component was recalled in the past, and what the maker
// recalled lately. A [Model] weighs these few facts; [Train] fits the weights by ranking
// the highest score that each stream ever reaches.
//
// Everything that a score uses was public on its day: complaints filed by then and recalls
// announced before. The weights come from the training split alone; the component table, from
// all pairs of car model and component that no other split has.
//
// Tried in cross-validation on the training split and not taken, since none was better than
// chance allows (14 recalls): shares of crash, fire and injury; change of pace over 90 and 180
// days; the component's share of all complaints about the car, also against other models; recalls
// of the same car or model; the time watched; other component tables; equal weights.
//
// Trade-offs: six features and a ridge, since some dozens of recalls teach no more; the score
// ranks streams and is no probability, nor does it name the defect within the component. The
// tests of package pattern have an error rate that holds at any time of looking; this score's
// false-alarm rate is an estimate from past streams.
package watch
