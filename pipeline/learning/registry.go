package learning

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/pipeline/store"
)

// Registry registers candidates, promotes them and goes back.
type Registry struct {
	Store store.Models
	Shelf Shelf
	// Now is the clock.
	Now func() time.Time
}

// Candidate is a model to register.
type Candidate struct {
	// Folder is the model's, Manifest what it says.
	Folder   fs.FS
	Manifest models.Manifest
	// Data is the digest of the data set, the manifest's when empty.
	Data string
	// Verdict is nil for a model that was not judged.
	Verdict *Verdict
	By      string
}

// ErrSame is returned for a promotion of the model that answers already.
var ErrSame = errors.New("this model answers already")

// ErrAmbiguous is returned for the beginning of a digest that several models have.
var ErrAmbiguous = errors.New("several registered models begin so")

// Register shares a model and keeps its verdict. A model that is registered already stays as it
// is, but for the verdict if there is another one.
func (r Registry) Register(ctx context.Context, c Candidate) (store.Model, error) {
	m := store.Model{Digest: DigestOf(c.Folder), Name: c.Manifest.Name, Data: c.Data, Taxonomy: c.Manifest.Taxonomy, By: c.By, At: r.Now()}
	if m.Data == "" {
		m.Data = c.Manifest.Trained.Digest
	}
	if c.Verdict != nil {
		document, err := json.Marshal(c.Verdict)
		if err != nil {
			return store.Model{}, fmt.Errorf("register model: %w", err)
		}
		m.Gate, m.Passed = document, c.Verdict.Passed
	}
	var err error
	if m.Archive, m.Bytes, err = r.Shelf.Put(ctx, c.Folder); err != nil {
		return store.Model{}, err
	}
	if err := r.Store.AddModel(ctx, m); err != nil {
		return store.Model{}, err
	}
	return r.Store.Model(ctx, m.Digest)
}

// Find gives the registered model that a digest, or the beginning of one, names;
// [store.ErrNotFound] for none, and an error that says so for several.
func (r Registry) Find(ctx context.Context, name string) (store.Model, error) {
	all, err := r.Store.Models(ctx)
	if err != nil {
		return store.Model{}, err
	}
	var found []store.Model
	for _, m := range all {
		if name != "" && (strings.HasPrefix(m.Digest, name) || strings.HasPrefix(m.Digest, "sha256:"+name)) {
			found = append(found, m)
		}
	}
	switch len(found) {
	case 0:
		return store.Model{}, fmt.Errorf("model %q: %w", name, store.ErrNotFound)
	case 1:
		return found[0], nil
	}
	return store.Model{}, fmt.Errorf("model %q: %w: %d do; give more of the digest", name, ErrAmbiguous, len(found))
}

// Current is the digest of the model that was promoted last, empty before the first.
func (r Registry) Current(ctx context.Context) (string, error) {
	p, err := r.Store.LiveModel(ctx)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	return p.Model, err
}

// Begin makes the history of promotions begin with a registered model, the one that the
// program was started with, so that it can be gone back to like any other. It does nothing when
// a model was promoted before.
func (r Registry) Begin(ctx context.Context, started store.Model) error {
	_, err := r.Store.LiveModel(ctx)
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	_, err = r.Store.Promote(ctx, store.Promotion{Model: started.Digest, By: "system", Why: "what the program was started with"})
	if errors.Is(err, store.ErrConflict) {
		return nil // somebody else was faster
	}
	return err
}

// Promote makes a registered model answer from now on. [store.ErrConflict] says that another
// one was promoted since before was read; [ErrSame] that it answers already.
func (r Registry) Promote(ctx context.Context, p store.Promotion) (store.Promotion, error) {
	before, err := r.Current(ctx)
	if err != nil {
		return store.Promotion{}, err
	}
	if before == p.Model {
		return store.Promotion{}, ErrSame
	}
	p.Before = before
	return r.Store.Promote(ctx, p)
}

// maxHistory is how many promotions are looked at for a way back.
const maxHistory = 1000

// ErrNoWayBack is returned when no other model was live before.
var ErrNoWayBack = errors.New("no other model was live before")

// Back returns to the model that was live before the present one, or to a given one that was
// live at some time. Going back twice leads to the one before that, not to and fro: what was
// left by going back is passed over.
func (r Registry) Back(ctx context.Context, to, by, why string) (store.Promotion, error) {
	history, err := r.Store.Promotions(ctx, maxHistory)
	if err != nil {
		return store.Promotion{}, err
	}
	if to == "" {
		if to, err = wayBack(history); err != nil {
			return store.Promotion{}, err
		}
	} else if !wasLive(history, to) {
		return store.Promotion{}, fmt.Errorf("model %s: %w", short(to), ErrNoWayBack)
	}
	return r.Promote(ctx, store.Promotion{Model: to, Back: true, By: by, Why: why})
}

func wasLive(history []store.Promotion, model string) bool {
	for _, p := range history {
		if p.Model == model {
			return true
		}
	}
	return false
}

// wayBack finds the model to go back to: it replays the history as a stack, on which a return
// takes away all that came after the model it leads to.
func wayBack(history []store.Promotion) (string, error) {
	var stack []string
	for i := len(history) - 1; i >= 0; i-- {
		p := history[i]
		at := -1
		for j, m := range stack {
			if m == p.Model {
				at = j
			}
		}
		if p.Back && at >= 0 {
			stack = stack[:at+1]
			continue
		}
		stack = append(stack, p.Model)
	}
	if len(stack) < 2 {
		return "", ErrNoWayBack
	}
	return stack[len(stack)-2], nil
}
