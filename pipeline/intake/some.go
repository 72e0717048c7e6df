package intake

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// noneFor is how long it holds that no unit is known.
const noneFor = time.Minute

// some remembers whether any unit is known: most who run without units never have one.
type some struct {
	mu   sync.Mutex
	is   bool
	next time.Time
}

func (s *some) known(ctx context.Context, cfg Config) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.is || cfg.Now().Before(s.next) {
		return s.is, nil
	}
	list, _, err := cfg.Units.UnitsOf(ctx, store.UnitFilter{}, "", 1)
	if err != nil {
		return false, fmt.Errorf("intake: %w", err)
	}
	s.is, s.next = len(list) > 0, cfg.Now().Add(noneFor)
	return s.is, nil
}
