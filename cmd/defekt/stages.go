package main

import (
	"io"
	"sync"
)

// stages shows a progress bar for each stage of long work, one after the other.
type stages struct {
	w io.Writer

	mu   sync.Mutex
	name string
	last int64
	bar  *progress
}

func newStages(w io.Writer) *stages { return &stages{w: w} }

// at moves the stage's bar to done of total; a new name ends the bar before. Safe for
// concurrent use; a late call with a smaller count changes nothing.
func (s *stages) at(name string, done, total int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if name != s.name {
		s.end()
		s.name, s.last = name, 0
		s.bar = newProgress(s.w, name, total)
	}
	if done > s.last {
		s.bar.Add(done - s.last)
		s.last = done
	}
}

// done ends the last bar.
func (s *stages) done() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end()
}

func (s *stages) end() {
	if s.bar != nil {
		s.bar.Done()
		s.bar = nil
	}
}
