package runs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
)

// maxRunFile is the longest run.json in bytes.
const maxRunFile = 4 << 20

// read gives the run in a folder. The error says in a sentence what is wrong with it.
func (s *Store) read(id string) (Run, error) {
	path := s.Path(id, RunFile)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Run{}, fmt.Errorf("there is no %s in the folder", RunFile)
	case err != nil:
		return Run{}, err
	case info.Size() > maxRunFile:
		return Run{}, fmt.Errorf("%s has %d bytes; at most %d are read", RunFile, info.Size(), maxRunFile)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return Run{}, err
	}
	var r Run
	if err := json.NewDecoder(bytes.NewReader(data)).Decode(&r); err != nil {
		return Run{}, fmt.Errorf("%s cannot be read: %w", RunFile, err)
	}
	switch {
	case r.Format != format:
		return Run{}, fmt.Errorf("%s has format %d; this version reads %d", RunFile, r.Format, format)
	case r.ID != id:
		return Run{}, fmt.Errorf("%s is of run %q, its folder of another", RunFile, r.ID)
	}
	return r, nil
}

// sizes compares the other files' sizes with run.json's: what a list can see at once. The
// contents are checked when they are read.
func (s *Store) sizes(r *Run) error {
	for _, name := range []string{ResultFile, RowsFile} {
		if _, ok := r.Files[name]; !ok {
			return fmt.Errorf("%s names no %s", RunFile, name)
		}
	}
	names := make([]string, 0, len(r.Files))
	for name := range r.Files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if !slices.Contains([]string{ResultFile, RowsFile, ReportFile}, name) {
			return fmt.Errorf("%s names a file %q that no run has", RunFile, name)
		}
		info, err := os.Stat(s.Path(r.ID, name))
		if err != nil {
			return fmt.Errorf("%s is missing", name)
		}
		if info.Size() != r.Files[name].Bytes {
			return fmt.Errorf("%s has %d bytes instead of %d", name, info.Size(), r.Files[name].Bytes)
		}
	}
	return nil
}
