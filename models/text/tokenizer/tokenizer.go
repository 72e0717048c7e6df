package tokenizer

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/defekt/defekt/models/text"
	"github.com/defekt/defekt/pipeline/claim"
)

// MaxFileBytes is the size of tokenizer.json up to which it is read. That of the largest
// multilingual encoders has 17 MB.
const MaxFileBytes = 64 << 20

// codeTokenizer is needed where a parameter hides package text.
const codeTokenizer = text.CodeTokenizer

// maxTextBytes is how much of a text is looked at; far beyond any encoder's length.
const maxTextBytes = 128 << 10

// Tokenizer turns texts into ids. It never changes and is safe for concurrent use.
type Tokenizer struct {
	normalise normaliser
	split     splitter
	model     model
	// before and after are the special tokens round a text.
	before, after []int64
	pad           int64
	size          int
}

// normaliser changes a text before it is split.
type normaliser interface{ normalise(s string) string }

// splitter cuts pieces of a text into smaller ones; the first piece begins the text.
type splitter interface {
	split(pieces []string) []string
}

// model appends the ids of one piece.
type model interface {
	ids(dst []int64, piece string) []int64
}

// Load reads a tokenizer.json. Errors: as of [Parse], or of the file system.
func Load(path string) (*Tokenizer, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, MaxFileBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return Parse(data)
}

// Parse reads the text of a tokenizer.json. Faults and parts that this package does not
// know are a claim.Problem with text.CodeTokenizer.
func Parse(data []byte) (*Tokenizer, error) {
	t, err := parse(data)
	if err != nil {
		return nil, claim.Problem{Code: text.CodeTokenizer, Where: "tokenizer.json",
			Message: fmt.Sprintf("cannot use this tokenizer: %v", err)}
	}
	return t, nil
}

// file is the part of tokenizer.json that decides ids.
type file struct {
	AddedTokens   []addedToken    `json:"added_tokens"`
	Normaliser    json.RawMessage `json:"normalizer"`
	PreTokeniser  json.RawMessage `json:"pre_tokenizer"`
	PostProcessor json.RawMessage `json:"post_processor"`
	Model         json.RawMessage `json:"model"`
	Padding       *struct {
		ID int64 `json:"pad_id"`
	} `json:"padding"`
}

type addedToken struct {
	ID      int64  `json:"id"`
	Content string `json:"content"`
	Special bool   `json:"special"`
}

func parse(data []byte) (*Tokenizer, error) {
	if len(data) > MaxFileBytes {
		return nil, fmt.Errorf("more than %d bytes", MaxFileBytes)
	}
	var f file
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, err
	}
	t := &Tokenizer{}
	var err error
	if t.normalise, err = parseNormaliser(f.Normaliser); err != nil {
		return nil, fmt.Errorf("normalizer: %w", err)
	}
	if t.split, err = parseSplitter(f.PreTokeniser); err != nil {
		return nil, fmt.Errorf("pre_tokenizer: %w", err)
	}
	if t.model, t.size, err = parseModel(f.Model); err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	if t.before, t.after, err = parsePost(f.PostProcessor); err != nil {
		return nil, fmt.Errorf("post_processor: %w", err)
	}
	return t, t.added(f)
}

// added takes the special tokens into account: the size, and which id pads.
func (t *Tokenizer) added(f file) error {
	for _, a := range f.AddedTokens {
		if !a.Special {
			return fmt.Errorf("added_tokens: %q is not special, and other added tokens are not known here", a.Content)
		}
		if a.ID < 0 || a.ID >= maxVocab {
			return fmt.Errorf("added_tokens: id %d of %q", a.ID, a.Content)
		}
		t.size = max(t.size, int(a.ID)+1)
		if a.Content == "[PAD]" || a.Content == "<pad>" {
			t.pad = a.ID
		}
	}
	if f.Padding != nil {
		t.pad = f.Padding.ID
	}
	for _, id := range append(append([]int64{t.pad}, t.before...), t.after...) {
		if id < 0 || id >= int64(t.size) {
			return fmt.Errorf("special token %d is not within the %d tokens", id, t.size)
		}
	}
	return nil
}

// Size is the number of ids: all are below it.
func (t *Tokenizer) Size() int { return t.size }

// PadID is the id that fills shorter texts of a batch.
func (t *Tokenizer) PadID() int64 { return t.pad }

// Encode gives the ids of text with the special tokens round them, limit at most; a
// longer text loses its end. limit must leave room for the special tokens and one more.
func (t *Tokenizer) Encode(text string, limit int) ([]int64, error) {
	room := limit - len(t.before) - len(t.after)
	if room < 1 {
		return nil, claim.Problem{Code: codeTokenizer, Where: "text",
			Message: fmt.Sprintf("a limit of %d tokens leaves no room for a text", limit)}
	}
	if len(text) > maxTextBytes {
		text = text[:maxTextBytes]
	}
	ids := append(make([]int64, 0, 64), t.before...)
	stop := len(t.before) + room
	for _, piece := range t.split.split([]string{t.normalise.normalise(text)}) {
		if piece == "" {
			continue
		}
		if ids = t.model.ids(ids, piece); len(ids) >= stop {
			ids = ids[:stop]
			break
		}
	}
	return append(ids, t.after...), nil
}
