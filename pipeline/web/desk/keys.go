package desk

import "strings"

// labelKeys are the keys of an axis's labels, in their order. Left out are those that do
// something else: h, m, r, s, u, x, z.
const labelKeys = "1234567890abcdefgijklnopqtvwy"

// cannotTellKey is the key of the answer that an axis cannot be told.
const cannotTellKey = "x"

// keyOf is the key of the label at a place of its axis; beyond the last key there is only the
// search box.
func keyOf(place int) string {
	if place >= len(labelKeys) {
		return ""
	}
	return labelKeys[place : place+1]
}

// command is a key that is no label's, for the help.
type command struct{ Key, What string }

// commands are all keys with what they do.
func commands() []command {
	return []command{
		{"1 2 3 … a b …", "the label with this key, on the question that is marked; then on to the next question"},
		{cannotTellKey, "this question cannot be told"},
		{"m", "take the model's answer to this question; shows it first where it is hidden"},
		{"Backspace", "back to the question before"},
		{"Enter", "submit, and on to the next claim"},
		{"u", "undo: take the last answer back"},
		{"s", "skip with a reason"},
		{"h", "hold: keep this claim for later, show another"},
		{"/", "search the labels; Enter takes the first, Escape ends it"},
		{", and .", "the photo before, the photo after"},
		{"z", "zoom in and out; arrow keys move the picture"},
		{"r", "rotate the picture"},
		{"?", "this help"},
	}
}

// joined writes a list in words.
func joined(list []string) string { return strings.Join(list, ", ") }
