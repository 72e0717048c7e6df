// Package fingerprint remembers which claims a model was trained on, without the claims: a
// few dozen bytes each, so that a model's folder can hold them and an evaluation months
// later can say which test claims the model has seen.
//
// Of each claim it keeps 64-bit hashes of the id, the serial and the normalised text, a
// 64-byte sketch of the text for near-duplicates, and of each photo a 64-bit hash of the
// file and sketches of 256 and 1,024 bits for near-duplicates: 88 bytes a claim and 172 a
// photo, as they are (hashes do not compress).
//
// How often it is wrong. Equal text, serial, id, photo: two others have the same hash with a
// chance of 2^-64, so 100,000 test claims against 100,000 training claims give a false hit
// once in two billion evaluations; nothing is missed. Near-duplicates are estimates: see
// [Prints.Match] for what was measured. A hash is no secret: who holds the file can find out
// whether a claim he has was in the training, and serial numbers can be tried out. Keep it
// where the model is kept.
//
// Place in the flow: beside datasets, which it reads; models know nothing of it. Whoever
// trains puts the file into the model's folder.
package fingerprint
