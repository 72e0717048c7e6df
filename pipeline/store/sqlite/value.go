package sqlite

import (
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/defekt/defekt/pipeline/store/internal/rules"
)

// micros is a time as it is kept; NULL for the zero time.
func micros(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: rules.Time(t).UnixMicro(), Valid: !t.IsZero()}
}

// since makes a time of microseconds.
func since(v sql.NullInt64) time.Time {
	if !v.Valid {
		return time.Time{}
	}
	return time.UnixMicro(v.Int64).UTC()
}

// instant keeps a time in a column that has no NULL; the zero time has microseconds too.
func instant(t time.Time) int64 { return rules.Time(t).UnixMicro() }

// moment reads what instant kept.
func moment(v int64) time.Time { return time.UnixMicro(v).UTC() }

// given is a fact, cleaned; NULL when the claim does not have it.
func given(s string) sql.NullString {
	return sql.NullString{String: rules.Text(s), Valid: s != ""}
}

// list writes strings as JSON.
func list(s []string) (string, error) {
	if len(s) == 0 {
		return "[]", nil
	}
	b, err := rules.Document(s)
	return string(b), err
}

// unlist reads what list wrote.
func unlist(doc string) ([]string, error) {
	if doc == "[]" {
		return nil, nil
	}
	var out []string
	if err := json.Unmarshal([]byte(doc), &out); err != nil {
		return nil, fmt.Errorf("a list of strings: %w", err)
	}
	return out, nil
}

// pack writes floats, little-endian.
func pack(v []float32) []byte {
	b := make([]byte, 0, 4*len(v))
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}

// unpack reads what pack wrote into v, as far as v is long.
func unpack(v []float32, b []byte) {
	for i := range min(len(v), len(b)/4) {
		v[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
}

// floats reads what pack wrote.
func floats(b []byte) []float32 {
	v := make([]float32, len(b)/4)
	unpack(v, b)
	return v
}
