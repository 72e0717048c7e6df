package ngram

import (
	"fmt"

	"github.com/defekt/defekt/models/text"
	"github.com/defekt/defekt/pipeline/claim"
)

// Unit is what n-grams are made of.
type Unit string

// The units.
const (
	Words Unit = "words"
	Chars Unit = "chars"
)

// Numbers says what becomes of digits in word tokens.
type Numbers string

// The ways to treat numbers.
const (
	// NumbersShape replaces a number by its length, up to 5: "12.5" becomes "#4".
	NumbersShape Numbers = "shape"
	NumbersKeep  Numbers = "keep"
	NumbersDrop  Numbers = "drop"
)

// TF is the weight of a gram's count in one text.
type TF string

// The term weights.
const (
	TFSublinear TF = "sublinear" // 1 + ln(count)
	TFCount     TF = "count"
	TFBinary    TF = "binary"
	TFBM25      TF = "bm25" // saturating, with length correction (Robertson and Zaragoza 2009)
)

// IDF is the weight of a gram's rarity; n texts, d of them with the gram.
type IDF string

// The rarity weights.
const (
	IDFSmooth IDF = "smooth" // ln((1+n)/(1+d)) + 1
	IDFSqrt   IDF = "sqrt"   // the square root of smooth
	IDFBM25   IDF = "bm25"   // ln(1 + (n-d+0.5)/(d+0.5))
	IDFNone   IDF = "none"   // 1
)

// Limits of a configuration; they bound what one text can cost.
const (
	maxOrder   = 8
	maxColumns = 1 << 22
)

// Config says how texts become columns. The zero value of a field that has a default is
// replaced by it; start from [WordConfig] or [CharConfig].
type Config struct {
	// Unit is Words or Chars.
	Unit Unit `json:"unit"`
	// Min and Max are the orders of n-grams, 1..8.
	Min int `json:"min"`
	Max int `json:"max"`
	// RunMin and RunMax are the orders of character n-grams within runs of scripts
	// without spaces; 0 and 0 leaves such runs to the rules for words (each run a token).
	RunMin int `json:"run_min"`
	RunMax int `json:"run_max"`
	// Across lets character n-grams cross the spaces between words; otherwise each word
	// is padded by one space on either side and stands alone. Chars only.
	Across bool `json:"across,omitempty"`
	// MinDocs is the number of training texts that must have a gram; default 1: a rare gram costs little and tells much when texts are few.
	MinDocs int `json:"min_docs"`
	// MaxColumns keeps the grams of most texts; default 300,000.
	MaxColumns int `json:"max_columns"`
	// TF defaults to TFSublinear; K1 (default 1.2) and B (default 0.75) are for TFBM25.
	TF TF      `json:"tf"`
	K1 float64 `json:"k1,omitempty"`
	B  float64 `json:"b,omitempty"`
	// IDF defaults to IDFSmooth.
	IDF IDF `json:"idf"`
	// Numbers defaults to NumbersShape. Words only.
	Numbers Numbers `json:"numbers,omitempty"`
	// Marks makes tokens of "!", "?", "$" and "%". Words only.
	Marks bool `json:"marks,omitempty"`
	// Stem cuts common English endings off words of Latin letters ("cracked", "cracks",
	// "cracking" share a column). Words only.
	Stem bool `json:"stem,omitempty"`
	// KeepCase leaves capitals as they are; the default is lower case.
	KeepCase bool `json:"keep_case,omitempty"`
	// NoNorm leaves values as tf times idf; the default scales a text's values to a
	// Euclidean norm of 1.
	NoNorm bool `json:"no_norm,omitempty"`
}

// WordConfig is the default for words: single words and pairs, and up to two characters
// of scripts without spaces.
func WordConfig() Config {
	return Config{Unit: Words, Min: 1, Max: 2, RunMin: 1, RunMax: 2}.withDefaults()
}

// CharConfig is the default for characters: 3 to 5 within words, 1 to 2 in scripts
// without spaces.
func CharConfig() Config {
	return Config{Unit: Chars, Min: 3, Max: 5, RunMin: 1, RunMax: 2}.withDefaults()
}

func (c Config) withDefaults() Config {
	set(&c.MinDocs, 1)
	set(&c.MaxColumns, 300_000)
	set(&c.TF, TFSublinear)
	set(&c.IDF, IDFSmooth)
	set(&c.Numbers, NumbersShape)
	if c.TF == TFBM25 {
		set(&c.K1, 1.2)
		set(&c.B, 0.75)
	}
	return c
}

func set[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Validate reports the first setting that cannot be used, as a claim.Problem.
func (c Config) Validate() error {
	switch {
	case c.Unit != Words && c.Unit != Chars:
		return wrong("unit %q is neither words nor chars", c.Unit)
	case c.Min < 1 || c.Max < c.Min || c.Max > maxOrder:
		return wrong("orders %d..%d are not within 1..%d", c.Min, c.Max, maxOrder)
	case (c.RunMin != 0 || c.RunMax != 0) && (c.RunMin < 1 || c.RunMax < c.RunMin || c.RunMax > maxOrder):
		return wrong("run orders %d..%d are neither 0..0 nor within 1..%d", c.RunMin, c.RunMax, maxOrder)
	case c.MinDocs < 1:
		return wrong("min_docs is %d; it must be 1 or more", c.MinDocs)
	case c.MaxColumns < 1 || c.MaxColumns > maxColumns:
		return wrong("max_columns %d is not within 1..%d", c.MaxColumns, maxColumns)
	case c.TF != TFSublinear && c.TF != TFCount && c.TF != TFBinary && c.TF != TFBM25:
		return wrong("tf %q is unknown", c.TF)
	case c.TF == TFBM25 && !(c.K1 > 0 && c.K1 <= 100 && c.B >= 0 && c.B <= 1):
		return wrong("bm25 needs k1 in (0, 100] and b in [0, 1], not %g and %g", c.K1, c.B)
	case c.IDF != IDFSmooth && c.IDF != IDFSqrt && c.IDF != IDFBM25 && c.IDF != IDFNone:
		return wrong("idf %q is unknown", c.IDF)
	case c.Numbers != NumbersShape && c.Numbers != NumbersKeep && c.Numbers != NumbersDrop:
		return wrong("numbers %q is unknown", c.Numbers)
	}
	return nil
}

func wrong(format string, args ...any) error {
	return claim.Problem{Code: text.CodeEncoderConfig, Where: "ngram", Message: fmt.Sprintf(format, args...)}
}
