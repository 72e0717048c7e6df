package training

import (
	"github.com/defekt/defekt/models/head"
	"github.com/defekt/defekt/models/text/facts"
	"github.com/defekt/defekt/models/text/ngram"
)

// Config says what is fitted. Start from [DefaultConfig].
type Config struct {
	// Name is the model's name.
	Name string
	// Axes limits the axes; empty means all that have labels.
	Axes []string
	// Words and Chars are the n-grams over the claim's text, Product those over the
	// product's name.
	Words, Chars, Product ngram.Config
	// NoNGrams leaves all three away, to see what sentence vectors do alone.
	NoNGrams bool
	Facts    facts.Config
	// MinLabel is the number of rows below which a label with a parent is fitted as its
	// parent.
	MinLabel int
	Head     head.Config
	// Code is the version of the program.
	Code string
}

// DefaultConfig gives the settings that the acceptance figures were measured with.
func DefaultConfig() Config {
	return Config{
		Words: ngram.WordConfig(), Chars: ngram.CharConfig(), Product: ngram.WordConfig(),
		Facts: facts.DefaultConfig(), MinLabel: 5, Head: head.DefaultConfig(),
	}
}
