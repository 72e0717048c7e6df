package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"github.com/google/uuid"
)

const (
	// blockRows is the number of vectors in a block. The matrix grows by blocks, so that
	// growing copies nothing; blocks are also what threads share the search by.
	blockRows = 1024
	// lane is the multiple of values to which rows are padded, so that every row begins at
	// the same alignment and equal vectors get equal scores to the last bit.
	lane = 16
)

// matrix holds the vectors of a space in memory. It follows the database: what came since it
// looked last has higher numbers, what went stands in vector_gone. Whoever wrote it, this
// process or another one, makes no difference.
type matrix struct {
	space  space
	stride int

	mu     sync.RWMutex
	blocks [][]float32
	owners []owner
	rows   map[int64]int // row by vector
	// seen is the last vector that was looked at, gone the last entry of vector_gone.
	seen, gone int64
}

// owner says whose vector a row is.
type owner struct {
	vector, claim int64
	id            uuid.UUID
}

func newMatrix(sp space) *matrix {
	return &matrix{space: sp, stride: (sp.dim + lane - 1) / lane * lane, rows: map[int64]int{}}
}

// follow brings the matrix up to the state that a transaction sees, or keeps a later one.
func (m *matrix) follow(ctx context.Context, tx *sql.Tx) error {
	var last, gone int64
	if err := tx.QueryRowContext(ctx, `SELECT ifnull((SELECT max(seq) FROM vector WHERE space = :s), 0),
		ifnull((SELECT max(seq) FROM vector_gone WHERE space = :s), 0)`, sql.Named("s", m.space.id)).Scan(&last, &gone); err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	m.mu.RLock()
	current := last <= m.seen && gone <= m.gone
	m.mu.RUnlock()
	if current {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.load(ctx, tx); err != nil {
		return err
	}
	return m.drop(ctx, tx)
}

// load reads the vectors that came.
func (m *matrix) load(ctx context.Context, tx *sql.Tx) (err error) {
	rows, err := tx.QueryContext(ctx, `SELECT v.seq, v.claim, c.id, v.floats FROM vector v JOIN claim c ON c.seq = v.claim
		WHERE v.space = ? AND v.seq > ? ORDER BY v.seq`, m.space.id, m.seen)
	if err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var (
			o  owner
			id string
			b  sql.RawBytes
		)
		if err := rows.Scan(&o.vector, &o.claim, &id, &b); err != nil {
			return fmt.Errorf("sqlite: %w", err)
		}
		if o.id, err = uuid.Parse(id); err != nil {
			return fmt.Errorf("sqlite: claim %q: %w", id, err)
		}
		m.add(o, b)
	}
	return rows.Err()
}

func (m *matrix) add(o owner, floats []byte) {
	r := len(m.owners)
	if r == len(m.blocks)*blockRows {
		m.blocks = append(m.blocks, make([]float32, blockRows*m.stride))
	}
	unpack(m.row(r)[:m.space.dim], floats)
	m.owners, m.rows[o.vector], m.seen = append(m.owners, o), r, o.vector
}

// drop takes away the vectors that went. The last row moves into the gap and is overwritten
// where it stood, since what is erased must not stay in memory either.
func (m *matrix) drop(ctx context.Context, tx *sql.Tx) error {
	gone, err := all(ctx, tx, func(r scanner) (g [2]int64, err error) {
		err = r.Scan(&g[0], &g[1])
		return g, err
	}, "SELECT seq, vector FROM vector_gone WHERE space = ? AND seq > ? ORDER BY seq", m.space.id, m.gone)
	if err != nil {
		return err
	}
	for _, g := range gone {
		m.gone = g[0]
		r, ok := m.rows[g[1]]
		if !ok {
			continue // it came and went between two looks
		}
		last := len(m.owners) - 1
		copy(m.row(r), m.row(last))
		clear(m.row(last))
		m.owners[r] = m.owners[last]
		m.rows[m.owners[r].vector] = r
		delete(m.rows, g[1])
		m.owners = m.owners[:last]
	}
	return nil
}

// row is a row's values with its padding, which is zero.
func (m *matrix) row(r int) []float32 {
	at := r % blockRows * m.stride
	return m.blocks[r/blockRows][at : at+m.stride : at+m.stride]
}
