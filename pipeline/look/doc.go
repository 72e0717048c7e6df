// Package look holds what all pages of this project share: the words (ids and probabilities
// as people read them), the order of the axes, the marks in a claim's text, and the style
// sheet with the colours for light, dark and paper.
//
// It comes last in the flow, below the rooms that make pages: the report file of
// pipeline/quality/page, the server of pipeline/web and the reports of eval/report. It makes
// no page itself and knows no template, so that each page can be parsed, tested and served on
// its own. looktest beside it looks at pages for the tests of all three.
package look
