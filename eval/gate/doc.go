// Package gate holds an evaluation against what was promised: figures that must not be below
// a number, or below those of the model that is live, per axis, per label and per slice.
//
// It stands at the end of an evaluation. A gates file (YAML, see [Parse]) names figures by
// their place in the JSON of eval.Result; [Judge] reads them from any such document, so that
// this package imports no metric and results of other tools can be gated too. [Report] is
// shown as a table, written as JUnit XML for build servers, and turned into an exit code by
// the command.
//
// One rule matters more than comfort: what cannot be judged is missed. A misspelt figure, an
// axis that is gone, an interval or baseline that is not there never passes.
package gate
