package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// readiness keeps the last answer for a moment: anyone may ask, and asking costs the
// database a question and the place for photos a file.
type readiness struct {
	mu  sync.Mutex
	at  time.Time
	err error
}

// readyFor is how long an answer holds, checkTime how long one may take.
const (
	readyFor  = time.Second
	checkTime = 3 * time.Second
)

// readyNow tells whether the service can take claims.
func (s *service) readyNow(ctx context.Context) error {
	if s.draining.Load() {
		return errors.New("draining")
	}
	s.readiness.mu.Lock()
	defer s.readiness.mu.Unlock()
	if time.Since(s.readiness.at) > readyFor {
		// The answer is for all who ask, so it must not end with the one who asked first.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), checkTime)
		s.readiness.err = s.check(ctx)
		cancel()
		s.readiness.at = time.Now()
	}
	return s.readiness.err
}

// check asks the database and the place for photos.
func (s *service) check(ctx context.Context) error {
	if err := s.db.ready(ctx); err != nil {
		return fmt.Errorf("database: %w", err)
	}
	return s.blobs.Check(ctx)
}
