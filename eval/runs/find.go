package runs

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// List gives the runs that the filter lets through, the newest first; runs of the same
// millisecond by the rest of their ids. Damaged ones are listed with their Problem, and
// pass only filters that they can be judged by.
func (s *Store) List(ctx context.Context, f Filter) ([]Entry, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	list, fresh, changed, err := s.entries()
	if err != nil {
		return nil, fmt.Errorf("runs: %w", err)
	}
	if changed {
		s.writeIndex(fresh)
	}
	return slices.DeleteFunc(list, func(e Entry) bool { return !f.passes(&e) }), nil
}

func (f *Filter) passes(e *Entry) bool {
	if f.Sound && e.Problem != "" {
		return false
	}
	for _, tag := range f.Tags {
		if !slices.Contains(e.Tags, tag) {
			return false
		}
	}
	return names(f.Data, e.Data.Name, e.Data.Digest) && names(f.Model, e.Model.Name, e.Model.Digest) &&
		(f.Name == "" || f.Name == e.Name) && (f.Split == "" || f.Split == e.Data.Split) &&
		(f.Since.IsZero() || !e.Time.Before(f.Since))
}

// names says whether want is the name, or the digest or its beginning.
func names(want, name, digest string) bool {
	const least = 6
	bare := strings.TrimPrefix(want, "sha256:")
	return want == "" || want == name || len(bare) >= least && strings.HasPrefix(strings.TrimPrefix(digest, "sha256:"), bare)
}

// NotFoundError says that no run answers to a reference.
type NotFoundError struct {
	Ref, Dir string
	// Runs is the number of runs there.
	Runs int
}

func (e *NotFoundError) Error() string {
	if e.Runs == 0 {
		return fmt.Sprintf("no run %q: %s holds no runs", e.Ref, e.Dir)
	}
	return fmt.Sprintf("no run %q among the %d of %s; a run is named by its id or the beginning of it, the last part of its id, its name, or latest, latest~1 (the one before), latest:NAME",
		e.Ref, e.Runs, e.Dir)
}

// AmbiguousError says that several runs answer to a reference.
type AmbiguousError struct {
	Ref string
	// IDs are all of them, the newest first.
	IDs []string
	// ByName says that Ref is their name.
	ByName bool
}

func (e *AmbiguousError) Error() string {
	const shown = 5
	what, hint := "begin with", "write more of the id"
	if e.ByName {
		what, hint = "have the name", "use an id, or latest:"+e.Ref+" for the newest of them"
	}
	list := strings.Join(e.IDs[:min(len(e.IDs), shown)], ", ")
	if len(e.IDs) > shown {
		list += ", ..."
	}
	return fmt.Sprintf("%d runs %s %q: %s; %s", len(e.IDs), what, e.Ref, list, hint)
}

// Find gives the run that ref names: "latest", "latest~N" (N before the latest),
// "latest:NAME" and "latest:NAME~N", a name, an id, its beginning, or (4 characters and
// more) the beginning of its last part. "latest" skips damaged runs. Errors are a
// [*NotFoundError], an [*AmbiguousError], or say what is wrong with the run.
func (s *Store) Find(ctx context.Context, ref string) (Run, error) {
	all, err := s.List(ctx, Filter{})
	if err != nil {
		return Run{}, err
	}
	if rest, ok := strings.CutPrefix(ref, "latest"); ok {
		if r, ok, err := latest(all, rest); ok || err != nil {
			return r, err
		}
	}
	if r, err := only(all, ref, true, func(e *Entry) bool { return e.Name == ref }); r != nil || err != nil {
		return sound(r, err)
	}
	if r, err := only(all, ref, false, func(e *Entry) bool { return answers(e.ID, ref) }); r != nil || err != nil {
		return sound(r, err)
	}
	return Run{}, &NotFoundError{ref, s.dir, len(all)}
}

// answers says whether ref is the beginning of the id or of its last part.
func answers(id, ref string) bool {
	const least = 4
	last := id[strings.LastIndexByte(id, '-')+1:]
	return ref != "" && strings.HasPrefix(id, ref) || len(ref) >= least && strings.HasPrefix(last, ref)
}

func only(all []Entry, ref string, byName bool, is func(*Entry) bool) (*Entry, error) {
	var found []string
	var first *Entry
	for i := range all {
		if ref == "" || !is(&all[i]) {
			continue
		}
		if all[i].ID == ref {
			return &all[i], nil
		}
		if first == nil {
			first = &all[i]
		}
		found = append(found, all[i].ID)
	}
	if len(found) > 1 {
		return nil, &AmbiguousError{ref, found, byName}
	}
	return first, nil
}

func sound(e *Entry, err error) (Run, error) {
	switch {
	case err != nil:
		return Run{}, err
	case e.Problem != "":
		return Run{}, fmt.Errorf("run %s: %w: %s", e.ID, ErrCorrupt, e.Problem)
	}
	return e.Run, nil
}

// latest reads what follows the word: "", "~N", ":NAME", ":NAME~N". ok is false when it is
// none of them or there is no such run.
func latest(all []Entry, rest string) (r Run, ok bool, err error) {
	back := 0
	if at := strings.LastIndexByte(rest, '~'); at >= 0 {
		if back, err = strconv.Atoi(rest[at+1:]); err != nil || back < 0 {
			return Run{}, false, fmt.Errorf("latest%s: after ~ stands how many runs to go back, as in latest~1", rest)
		}
		rest = rest[:at]
	}
	name, named := strings.CutPrefix(rest, ":")
	if rest != "" && !named {
		return Run{}, false, nil
	}
	for i := range all {
		if all[i].Problem != "" || named && all[i].Name != name {
			continue
		}
		if back == 0 {
			return all[i].Run, true, nil
		}
		back--
	}
	return Run{}, false, nil
}
