package board

import (
	"unicode/utf8"

	"github.com/defekt/defekt/pipeline/web/site"
)

// table is a list; the first cell of a row is its head. On a phone each row becomes a card.
type table struct {
	ID, Caption string
	Columns     []column
	Rows        []row
	// Empty is said where there are no rows, Note below the rows.
	Empty, Note string
}

// column is a column's head; Num marks numbers.
type column struct {
	Text string
	Num  bool
}

type row []cell

// cell is one cell: a text that may lead somewhere, with a smaller one below.
type cell struct {
	Text, Href, Note string
	// Class is a state to colour: "bad", "good", "open".
	Class string
	// At, where set, is a time beside the text.
	At site.Moment
}

// Head gives the column that a cell belongs to.
func (t table) Head(i int) column { return t.Columns[i] }

// Few says that the table is small enough to stay one on a phone: a name and up to three short
// numbers.
func (t table) Few() bool {
	if len(t.Columns) > 4 {
		return false
	}
	for _, c := range t.Columns[1:] {
		if !c.Num {
			return false
		}
	}
	for _, r := range t.Rows {
		for _, c := range r[1:] {
			if utf8.RuneCountInString(c.Text) > shortCell || c.Note != "" {
				return false
			}
		}
	}
	return true
}

// shortCell is the most letters of a number of which four fit beside each other on a phone.
const shortCell = 8

// Many says that the table has so many columns that it must become cards on a tablet already.
func (t table) Many() bool { return len(t.Columns) > 6 }

// heads makes columns; "#" before a name marks numbers.
func heads(list ...string) []column {
	out := make([]column, len(list))
	for i, text := range list {
		if text[0] == '#' {
			out[i] = column{text[1:], true}
			continue
		}
		out[i] = column{Text: text}
	}
	return out
}

// fact is one line of what is known of a thing.
type fact struct {
	Name  string
	Value string
	Href  string
	Note  string
}

// facts leaves out what is not known.
func facts(list ...fact) []fact {
	var out []fact
	for _, f := range list {
		if f.Value != "" && f.Value != none {
			out = append(out, f)
		}
	}
	return out
}

// figure is one number to see first.
type figure struct {
	Value, Name, Note string
	Href, Class       string
}
