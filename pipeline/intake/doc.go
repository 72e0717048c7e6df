// Package intake ties a claim to its unit as it comes in: by the serial that was typed, and
// later by the codes on its photos.
//
// Its place in the flow: the API calls [Intake.Prepare] before it stores a claim, so that the
// model and the filters have the unit's facts; [Intake.Unit] says what is known whenever
// somebody looks. Once the claim has its labels, a job of low priority has its photos read
// ([Reader]).
//
// What is stored is little: the serial in the known unit's spelling, what was typed when that
// differs ([TypedFact]), the facts that the model saw, and what the codes say. Warranty,
// repeats, issues and suggestions are worked out anew at each look, since units and alarms come
// in later than claims.
//
// The trade-offs: a serial is never replaced by one that is merely near, only suggested; a
// serial from a photo is taken only where none was typed, and only when the unit is known or
// the code's own form says that it is a serial. What the model saw does not change when a photo
// names the unit afterwards: its facts are shown, and count with the next model.
package intake
