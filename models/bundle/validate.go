package bundle

import (
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"slices"
)

// Limits of a manifest's numbers; what is beyond is a mistake rather than a model.
const (
	MaxFiles     = 64
	MaxSize      = 2048 // pixels
	MaxDim       = 1 << 16
	MaxMaxTokens = 1 << 15
)

// Interpolations lists the names that [VisionSpec.Interpolation] may have.
func Interpolations() []string { return []string{"bilinear", "bicubic", "lanczos"} }

// Validate returns nil or [Problems] with every fault of the manifest's values. It reads no
// file.
func (m *Manifest) Validate() error {
	var p Problems
	if m.Format != Format {
		p.add(CodeFormat, "format", "is %d; this version reads %d", m.Format, Format)
	}
	if !ValidName(m.Name) {
		p.add(CodeManifest, "name", "%q must be 1 to 100 of a-z, 0-9, dot, dash and underscore, starting with a letter or digit", m.Name)
	}
	m.validateFiles(&p)
	m.validateTensors(&p)
	switch m.Kind {
	case Vision:
		m.validateVision(&p)
	case Text:
		m.validateText(&p)
	default:
		p.add(CodeManifest, "kind", "%q must be vision or text", m.Kind)
	}
	if m.Golden != nil {
		m.validateGolden(&p)
	}
	return p.orNil()
}

// ValidName says whether a bundle may have this name.
func ValidName(name string) bool {
	ok, _ := regexp.MatchString(`^[a-z0-9][a-z0-9._-]{0,99}$`, name)
	return ok
}

func (m *Manifest) validateFiles(p *Problems) {
	if n := len(m.Files); n == 0 || n > MaxFiles {
		p.add(CodeManifest, "files", "has %d entries; allowed are 1 to %d", n, MaxFiles)
	}
	seen, digest := map[string]bool{}, regexp.MustCompile(`^[0-9a-f]{64}$`)
	for i, f := range m.Files {
		where := fmt.Sprintf("files[%d]", i)
		if !safePath(f.Path) {
			p.add(CodePath, where, "%q must be a clean relative path within the bundle", f.Path)
		}
		if seen[f.Path] {
			p.add(CodeManifest, where, "%q is listed twice", f.Path)
		}
		seen[f.Path] = true
		if !digest.MatchString(f.SHA256) {
			p.add(CodeManifest, where, "sha256 must be 64 lower-case hexadecimal digits")
		}
		if f.Bytes < 0 {
			p.add(CodeManifest, where, "bytes must not be negative")
		}
	}
	if !seen[m.Model] {
		p.add(CodeManifest, "model", "%q is not among files", m.Model)
	}
	if m.TextSpec != nil && !seen[m.TextSpec.Tokenizer] {
		p.add(CodeManifest, "text.tokenizer", "%q is not among files", m.TextSpec.Tokenizer)
	}
}

// safePath says whether a manifest may name p: within the folder, in its only spelling, not
// the manifest itself.
func safePath(p string) bool {
	return p != "" && p != "." && p != ManifestName && path.Clean(p) == p && filepath.IsLocal(filepath.FromSlash(p))
}

func (m *Manifest) validateTensors(p *Problems) {
	if len(m.Inputs) == 0 {
		p.add(CodeManifest, "inputs", "is empty")
	}
	for i, in := range m.Inputs {
		if in.Name == "" || len(in.Shape) == 0 {
			p.add(CodeManifest, fmt.Sprintf("inputs[%d]", i), "needs a name and a shape")
		}
	}
	if len(m.Outputs) == 0 {
		p.add(CodeManifest, "outputs", "is empty")
	}
	pools := []Pool{PoolNone, PoolMean, PoolCLS, PoolSpace, PoolLast}
	for i, out := range m.Outputs {
		where := fmt.Sprintf("outputs[%d]", i)
		if out.Name == "" {
			p.add(CodeManifest, where, "needs a name")
		}
		if out.Dim < 1 || out.Dim > MaxDim {
			p.add(CodeManifest, where, "dim %d is not within 1 to %d", out.Dim, MaxDim)
		}
		if !slices.Contains(pools, out.Pool) {
			p.add(CodeManifest, where, "pool %q is none of %v", out.Pool, pools)
		}
	}
}

func (m *Manifest) validateText(p *Problems) {
	t := m.TextSpec
	if t == nil || m.VisionSpec != nil {
		p.add(CodeManifest, "text", "a text bundle needs text and no vision")
		return
	}
	if t.MaxTokens < 1 || t.MaxTokens > MaxMaxTokens {
		p.add(CodeManifest, "text.max_tokens", "%d is not within 1 to %d", t.MaxTokens, MaxMaxTokens)
	}
	if t.PadID < 0 {
		p.add(CodeManifest, "text.pad_id", "must not be negative")
	}
}
