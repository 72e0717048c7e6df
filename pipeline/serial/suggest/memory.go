package suggest

import "context"

// Memory is a store in memory: for tests, and for lists that fit. Filling it is not safe for
// concurrent use, asking it is.
type Memory struct {
	serials map[string]string
}

// NewMemory gives a store of these serials; of two with the same key the first stays.
func NewMemory(serials ...string) *Memory {
	m := &Memory{map[string]string{}}
	for _, s := range serials {
		m.Add(s)
	}
	return m
}

// Add puts a serial in.
func (m *Memory) Add(serial string) {
	key := Key(serial)
	if _, ok := m.serials[key]; key != "" && !ok {
		m.serials[key] = serial
	}
}

// Existing gives those of the keys that are known.
func (m *Memory) Existing(ctx context.Context, keys []string) (map[string]string, error) {
	out := map[string]string{}
	for _, k := range keys {
		if s, ok := m.serials[k]; ok {
			out[k] = s
		}
	}
	return out, ctx.Err()
}
