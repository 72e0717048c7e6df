package runs_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/eval/runs"
	"github.com/defekt/defekt/eval/sample"
)

// made gives n rows on the given number of axes that look like a model's: distributions,
// abstentions, unknown truths, fields and times.
func made(n, axes int, seed uint64) *sample.Sample {
	r := rand.New(rand.NewPCG(seed, 1))
	s := &sample.Sample{IDs: make([]string, n), Times: make([]time.Time, n), Fields: map[string][]string{"lang": make([]string, n), "product": make([]string, n)}}
	zone := time.FixedZone("", 3600)
	for i := range n {
		s.IDs[i] = fmt.Sprintf("claim-%d-%x", i, r.Uint32())
		s.Fields["lang"][i] = []string{"", "en", "de", "zh"}[r.IntN(4)]
		s.Fields["product"][i] = fmt.Sprint("product ", r.IntN(2000))
		if r.IntN(10) > 0 {
			s.Times[i] = time.Unix(1_700_000_000+r.Int64N(1e8), r.Int64N(2)*123_456_789).In([]*time.Location{time.UTC, zone}[r.IntN(2)])
		}
	}
	for k := range axes {
		s.Axes = append(s.Axes, madeAxis(r, fmt.Sprint("axis_", k), n, 4+k*3))
	}
	return s
}

func madeAxis(r *rand.Rand, id string, n, labels int) sample.Axis {
	a := sample.Axis{ID: id, Ordinal: labels == 4, Truth: make([]int32, n), Chosen: make([]int32, n), Confidence: make([]float32, n),
		Abstained: make([]bool, n), Probabilities: make([]float32, n*(labels-1))}
	for l := range labels {
		a.Labels, a.Parents = append(a.Labels, fmt.Sprint("label ", l)), append(a.Parents, int32(min(l, 1)-1))
	}
	a.Classes = make([]int32, labels-1)
	for c := range a.Classes {
		a.Classes[c] = int32(c + 1)
	}
	for i := range n {
		a.Truth[i], a.Abstained[i] = int32(r.IntN(labels+2)-2), r.IntN(5) == 0
		row := a.Probabilities[i*(labels-1) : (i+1)*(labels-1)]
		sum, best := float32(0), 0
		for c := range row {
			row[c] = float32(r.ExpFloat64())
			sum += row[c]
		}
		for c := range row {
			if row[c] /= sum; row[c] > row[best] {
				best = c
			}
		}
		a.Chosen[i], a.Confidence[i] = a.Classes[best], row[best]
	}
	return a
}

func written(t testing.TB, s *sample.Sample) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := runs.WriteRows(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRowsComeBackBitByBit(t *testing.T) {
	bare := made(300, 2, 2)
	bare.Times, bare.Fields = nil, map[string][]string{}
	bare.Axes[0].Probabilities, bare.Axes[0].Classes, bare.Axes[1].Abstained = nil, nil, nil
	manyWords := made(40_000, 1, 3)
	manyWords.Fields["note"] = make([]string, manyWords.N())
	for i := range manyWords.N() {
		manyWords.Fields["note"][i] = strings.Repeat("ä", i%7) + fmt.Sprint(i)
	}
	constant := made(200_000, 1, 4)
	for i := range constant.N() {
		constant.Axes[0].Truth[i], constant.Axes[0].Abstained[i], constant.Fields["lang"][i] = sample.Unknown, true, "en"
	}
	wide := made(10, 1, 5)
	wide.Axes = append(wide.Axes, madeAxis(rand.New(rand.NewPCG(6, 7)), "wide", 10, 70_000))
	early := made(3, 1, 8)
	early.Times[0] = time.Date(-500, 1, 1, 0, 0, 0, 1, time.UTC)
	for name, s := range map[string]*sample.Sample{"usual": made(5000, 5, 1), "bare": bare, "many words": manyWords, "constant": constant, "wide": wide,
		"early": early, "empty": made(0, 2, 9), "nothing": {Fields: map[string][]string{}, IDs: []string{}}} {
		t.Run(name, func(t *testing.T) {
			back, err := runs.ReadRows(bytes.NewReader(written(t, s)))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(s, back) { // cmp alone would take seconds
				t.Error(cmp.Diff(s, back))
			}
		})
	}
}

func TestRowsRefusesWhatIsNoSample(t *testing.T) {
	s := made(10, 1, 1)
	s.Axes[0].Truth = s.Axes[0].Truth[:9]
	if err := runs.WriteRows(&bytes.Buffer{}, s); err == nil {
		t.Error("a column of 9 rows was written for 10 claims")
	}
}

// Whatever single byte changes, and wherever the file is cut, reading says so.
func TestRowsNoticeEveryDamage(t *testing.T) {
	data := written(t, made(20, 2, 1))
	for i := range data {
		bad := bytes.Clone(data)
		bad[i] ^= 1 << (i % 8)
		if _, err := runs.ReadRows(bytes.NewReader(bad)); !errors.Is(err, runs.ErrCorrupt) {
			t.Fatalf("byte %d of %d changed: %v", i, len(data), err)
		}
		if _, err := runs.ReadRows(bytes.NewReader(data[:i])); !errors.Is(err, runs.ErrCorrupt) {
			t.Fatalf("cut at %d of %d: %v", i, len(data), err)
		}
	}
}

// withHeader gives a file with another header under a right checksum.
func withHeader(header string, rest []byte) []byte {
	out := []byte("defekt rows v1\n\x00")
	out = binary.LittleEndian.AppendUint32(out, uint32(len(header)))
	out = binary.LittleEndian.AppendUint32(out, crc32.Checksum([]byte(header), crc32.MakeTable(crc32.Castagnoli)))
	return append(append(out, header...), rest...)
}

// A short file cannot make the reader take memory, whatever its header promises.
func TestRowsHostileHeadersAreCheap(t *testing.T) {
	column := func(raw, stored int64, packed bool) string {
		c, err := json.Marshal(map[string]any{"name": "ids", "type": "text", "raw": raw, "stored": stored, "packed": packed})
		if err != nil {
			t.Fatal(err)
		}
		return string(c)
	}
	for name, header := range map[string]string{
		"rows":         `{"rows":9000000000000,"columns":[` + column(0, 0, false) + `]}`,
		"negative":     `{"rows":-1,"columns":[]}`,
		"raw":          `{"rows":1,"columns":[` + column(1<<60, 4, true) + `]}`,
		"raw negative": `{"rows":1,"columns":[` + column(-5, 4, true) + `]}`,
		"stored":       `{"rows":1,"columns":[` + column(4, 1<<60, false) + `]}`,
		"no columns":   `{"rows":1}`,
		"probabilities": `{"rows":1,"axes":[{"id":"a","labels":["x"],"parents":[-1],"classes":[` + strings.Repeat("0,", 9999) + `0],"distributions":true}],"columns":[` +
			column(1, 1, false) + `]}`,
		"no json": `{`,
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := runs.ReadRows(bytes.NewReader(withHeader(header, make([]byte, 64))))
			runtime.ReadMemStats(&after)
			if !errors.Is(err, runs.ErrCorrupt) {
				t.Errorf("err %v", err)
			}
			if took := after.TotalAlloc - before.TotalAlloc; took > 64<<20 {
				t.Errorf("took %d MB", took>>20)
			}
		})
	}
}

func FuzzReadRows(f *testing.F) {
	f.Add(written(f, made(20, 2, 1)))
	f.Add(withHeader(`{"rows":1,"columns":[{"name":"ids","type":"words","raw":9,"stored":9}]}`, []byte("\x01\x01a\x01\x00....")))
	f.Fuzz(func(t *testing.T, data []byte) {
		// The checksum of the header is mended, so that mutations get past it.
		if len(data) > 24 {
			if n := int(binary.LittleEndian.Uint32(data[16:])); n >= 0 && n <= len(data)-24 {
				data = withHeader(string(data[24:24+n]), data[24+n:])
			}
		}
		s, err := runs.ReadRows(bytes.NewReader(data))
		if err != nil {
			if s != nil || !errors.Is(err, runs.ErrCorrupt) {
				t.Fatalf("%v %v", s, err)
			}
			return
		}
		if err := runs.WriteRows(&bytes.Buffer{}, s); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
	})
}

// A million rows on five axes with whole distributions: run with -benchtime 1x.
func BenchmarkRowsMillion(b *testing.B) {
	s := made(1_000_000, 5, 1)
	var data bytes.Buffer
	b.Run("write", func(b *testing.B) {
		for b.Loop() {
			data.Reset()
			if err := runs.WriteRows(&data, s); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(data.Len())/1e6, "MB")
	})
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			if _, err := runs.ReadRows(bytes.NewReader(data.Bytes())); err != nil {
				b.Fatal(err)
			}
		}
	})
}
