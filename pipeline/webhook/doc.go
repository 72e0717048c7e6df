// Package webhook tells other systems what became of a claim, after the Standard Webhooks
// specification, version 1.0.0: signed, with an id that stays the same over all attempts, and
// a time against replays. Libraries for verifying exist in most languages.
//
// A [Sender] makes one attempt and says how it went; when to try again is the pure function
// [Delay]; remembering both is the store's work and doing it the queue's. So an attempt that
// died with its worker is made again: a receiver may see an id twice and must take it once.
//
// Addresses are chosen by whoever may register webhooks, so connections go through package
// guard. Unlike photos' URLs these may be let into the house's own network, by a flag.
// Redirects are not followed, as the specification asks.
package webhook
