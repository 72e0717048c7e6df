package runs

import (
	"time"

	"github.com/defekt/defekt/eval/sample"
)

// Names of a run's files.
const (
	RunFile    = "run.json"
	ResultFile = "result.json"
	RowsFile   = "rows"
	ReportFile = "report.html"
)

// format is the only version of run.json that is read and written.
const format = 1

// Run is run.json: what was measured, on what, by which code.
type Run struct {
	Format int `json:"format"`
	// ID sorts by time: 20260301-100000.123-5f2c9a1e (UTC, to the millisecond, and a digest).
	ID string `json:"id"`
	// Name is the user's, not unique; may be empty.
	Name string    `json:"name,omitempty"`
	Time time.Time `json:"time"`
	Data Data      `json:"data"`
	// Model is empty for a model that nobody named.
	Model Model `json:"model"`
	// Taxonomy is name@version, Code the version of the program.
	Taxonomy string `json:"taxonomy,omitempty"`
	Seed     uint64 `json:"seed"`
	Code     string `json:"code,omitempty"`
	// Command is the command line, word by word.
	Command []string `json:"command,omitempty"`
	Notes   string   `json:"notes,omitempty"`
	Tags    []string `json:"tags,omitempty"`
	// Figures are a few headline figures by axis and name ("severity", "macro_f1"), so that a
	// leaderboard need not open each result. They must be finite.
	Figures map[string]map[string]float64 `json:"figures,omitempty"`
	// Claims and Axes are those of the rows.
	Claims int      `json:"claims"`
	Axes   []string `json:"axes"`
	// Files are the run's other files by name.
	Files map[string]File `json:"files"`
}

// Data names the claims of a run.
type Data struct {
	Name   string `json:"name"`
	Split  string `json:"split,omitempty"`
	Digest string `json:"digest,omitempty"`
}

// Model names what answered: a model of ours has a digest, anyone's table a name.
type Model struct {
	Name   string `json:"name,omitempty"`
	Digest string `json:"digest,omitempty"`
}

// File is what a file of a run must be.
type File struct {
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Entry is one line of a list: a run, or a folder that is none any more.
type Entry struct {
	Run
	// Problem says in a sentence why the run cannot be trusted; empty when it can. Of such a
	// run only ID is sure.
	Problem string `json:"problem,omitempty"`
}

// New is a run to be saved. ID, Format, Claims, Axes and Files of Run are filled in, and
// Time when it is zero.
type New struct {
	Run
	// Result is the JSON of the result; it must be valid JSON.
	Result []byte
	// Rows is what was scored.
	Rows *sample.Sample
	// Report is a page of HTML, or nil.
	Report []byte
}

// Filter says which runs a list has; the zero value has all. Filters are joined by "and".
type Filter struct {
	// Data, Model and Name match a whole name; Data and Model also a digest or its beginning
	// (of 6 characters or more, with or without "sha256:").
	Data, Model, Name string
	// Split matches the split.
	Split string
	// Since leaves out runs before it.
	Since time.Time
	// Tags must all be there.
	Tags []string
	// Sound leaves out runs that have a Problem.
	Sound bool
}
