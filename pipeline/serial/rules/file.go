package rules

import (
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/defekt/defekt/pipeline/serial/check"
)

// Limits of a rules file.
const (
	// MaxFile is the largest file in bytes.
	MaxFile = 1 << 20
	// MaxRules is the most rules of all brands together.
	MaxRules = 1000
	// MaxSerial is the longest serial in bytes.
	MaxSerial = 100
)

// file is the YAML document.
type file struct {
	Brands []brand `yaml:"brands"`
}

type brand struct {
	Name    string   `yaml:"name"`
	SKUs    []string `yaml:"skus"`
	Serials []rule   `yaml:"serials"`
}

type rule struct {
	Name    string            `yaml:"name"`
	Pattern string            `yaml:"pattern"`
	Ignore  string            `yaml:"ignore"`
	Check   *checkRule        `yaml:"check"`
	Plants  map[string]string `yaml:"plants"`
	Years   map[string]int    `yaml:"years"`
	Months  string            `yaml:"months"`
	First   string            `yaml:"first"`

	regexp *regexp.Regexp
	scheme check.Scheme
	first  time.Time
}

type checkRule struct {
	Scheme string   `yaml:"scheme"`
	Over   []string `yaml:"over"`
}

// Set is the rules of all brands. It does not change and is safe for concurrent use.
type Set struct {
	brands []brand
}

// Load reads a rules file and tests it; the error names every fault with its brand and rule.
func Load(r io.Reader) (*Set, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	if err != nil {
		return nil, fmt.Errorf("rules: read: %w", err)
	}
	if len(data) > MaxFile {
		return nil, fmt.Errorf("rules: the file has more than %d bytes", MaxFile)
	}
	var f file
	if err := yaml.UnmarshalWithOptions(data, &f, yaml.DisallowUnknownField()); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("rules: %w", err)
	}
	var errs []error
	n := 0
	for i := range f.Brands {
		b := &f.Brands[i]
		n += len(b.Serials)
		errs = append(errs, b.compile(i))
	}
	if n > MaxRules {
		errs = append(errs, fmt.Errorf("rules: there are %d rules; at most %d are read", n, MaxRules))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return &Set{f.Brands}, nil
}

func (b *brand) compile(i int) error {
	var errs []error
	if b.Name == "" {
		errs = append(errs, fmt.Errorf("rules: brand %d has no name", i+1))
	}
	if len(b.Serials) == 0 {
		errs = append(errs, fmt.Errorf("rules: brand %q has no serials", b.Name))
	}
	for _, glob := range b.SKUs {
		if _, err := path.Match(glob, ""); err != nil {
			errs = append(errs, fmt.Errorf("rules: brand %q: the SKU %q is no glob: %w", b.Name, glob, err))
		}
	}
	for k := range b.Serials {
		r := &b.Serials[k]
		if r.Name == "" {
			r.Name = fmt.Sprintf("rule %d", k+1)
		}
		if err := r.compile(); err != nil {
			errs = append(errs, fmt.Errorf("rules: brand %q, %s: %w", b.Name, r.Name, err))
		}
	}
	return errors.Join(errs...)
}

// groups are the names that a pattern may give to its parts besides free ones.
const (
	groupCheck = "check"
	groupPlant = "plant"
	groupYear  = "year"
	groupMonth = "month"
	groupWeek  = "week"
	groupDay   = "day"
)

func (r *rule) compile() error {
	var err error
	if r.Pattern == "" {
		return errors.New("it has no pattern")
	}
	if r.regexp, err = regexp.Compile(`^(?:` + r.Pattern + `)$`); err != nil {
		return fmt.Errorf("the pattern is faulty: %w", err)
	}
	names := r.regexp.SubexpNames()
	has := func(name string) bool { return slices.Contains(names, name) }
	if r.First != "" {
		if r.first, err = time.Parse(time.DateOnly, r.First); err != nil {
			return fmt.Errorf("first is no date (YYYY-MM-DD): %q", r.First)
		}
	}
	if (has(groupMonth) || has(groupWeek) || has(groupDay)) && !has(groupYear) {
		return errors.New("the pattern has a month, week or day and no year")
	}
	if r.Months != "" && len([]rune(r.Months)) != 12 {
		return fmt.Errorf("months must be twelve characters, not %q", r.Months)
	}
	if len(r.Plants) > 0 && !has(groupPlant) {
		return errors.New("plants are listed and the pattern has no group named plant")
	}
	if (r.Check != nil) != has(groupCheck) {
		return errors.New("a check scheme and a group named check belong together")
	}
	if r.Check == nil {
		return nil
	}
	if r.scheme, err = check.Named(r.Check.Scheme); err != nil {
		return err
	}
	for _, name := range r.Check.Over {
		if !has(name) || name == groupCheck {
			return fmt.Errorf("the check digit is over %q, which the pattern has no group for", name)
		}
	}
	return nil
}
