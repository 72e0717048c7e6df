package look

import _ "embed" // the style sheet

//go:embed style/base.css
var base string

// Style is the style sheet that all pages begin with: colours as custom properties for
// light, dark and print, and the elements that look the same everywhere.
func Style() string { return base }
