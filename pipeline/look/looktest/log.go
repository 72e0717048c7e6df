package looktest

import (
	"bytes"
	"sync"
)

// Log keeps what a server logs. A test may read it while requests are still under way.
type Log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write adds a line.
func (l *Log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

// String is all lines so far.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// Len is how many bytes they have.
func (l *Log) Len() int { return len(l.String()) }
