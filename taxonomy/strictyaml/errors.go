package strictyaml

import (
	"fmt"
	"sort"
	"strings"
)

// Error is one mistake in a file.
type Error struct {
	// Line and Column count from 1; 0 means that the place is unknown (the whole file).
	Line, Column int
	// Path names the place in the document, for example "axes[1].labels[0].id".
	Path string
	// Message says what is wrong and, where it helps, what would be right.
	Message string
}

// Error gives "line 7: axes[1].id: message".
func (e Error) Error() string {
	var b strings.Builder
	if e.Line > 0 {
		fmt.Fprintf(&b, "line %d: ", e.Line)
	}
	if e.Path != "" {
		b.WriteString(e.Path + ": ")
	}
	b.WriteString(e.Message)
	return b.String()
}

// Errors are all mistakes of one file, in the order of their lines.
type Errors []Error

// Error gives one mistake a line.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find single mistakes, as with errors.Join.
func (e Errors) Unwrap() []error {
	out := make([]error, len(e))
	for i, one := range e {
		out[i] = one
	}
	return out
}

// Err gives e sorted by line, or nil when there is none.
func (e Errors) Err() error {
	if len(e) == 0 {
		return nil
	}
	sort.SliceStable(e, func(i, j int) bool {
		if e[i].Line != e[j].Line {
			return e[i].Line < e[j].Line
		}
		return e[i].Column < e[j].Column
	})
	return e
}
