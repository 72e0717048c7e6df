package source

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/pipeline/claim"
)

// maxSidecar is the largest configuration file that is read.
const maxSidecar = 64 << 20

// folder is a model as it lies on disk.
type folder struct {
	path  string            // what the caller named
	dir   string            // where the files are
	model string            // slash path of the ONNX file within dir
	files map[string]string // slash path in the bundle -> path on this machine
	name  string
}

// sidecars are the files besides the graph that a bundle takes along when they are there.
func sidecars() []string {
	return []string{
		"config.json", "preprocessor_config.json", "tokenizer.json", "tokenizer_config.json",
		"special_tokens_map.json", "modules.json", "sentence_bert_config.json", "1_Pooling/config.json",
		"labels.txt", "LICENSE", "LICENSE.txt", "LICENSE.md", "SOURCE.md", "README.md",
	}
}

// open finds the graph and its companions at path.
func open(path, model string) (*folder, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, claim.Problem{Code: CodeSource, Where: path, Message: err.Error()}
	}
	f := &folder{path: path, dir: path, files: map[string]string{}}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, claim.Problem{Code: CodeSource, Where: path, Message: err.Error()}
	}
	f.name = defaultName(abs, info.IsDir())
	if info.IsDir() {
		f.model, err = findModel(path, model)
		if err != nil {
			return nil, err
		}
		f.takeSidecars()
	} else {
		if !strings.EqualFold(filepath.Ext(path), ".onnx") {
			return nil, claim.Problem{Code: CodeSource, Where: path, Message: "is neither an .onnx file nor a folder"}
		}
		f.dir, f.model = filepath.Dir(path), filepath.Base(path)
	}
	f.files[f.model] = filepath.Join(f.dir, filepath.FromSlash(f.model))
	f.takeExternalData()
	return f, nil
}

// findModel gives the slash path of the graph: the one asked for, the usual places, or the
// only one there is.
func findModel(dir, want string) (string, error) {
	if want != "" {
		want = filepath.ToSlash(want)
		if !filepath.IsLocal(filepath.FromSlash(want)) || !isFile(filepath.Join(dir, filepath.FromSlash(want))) {
			return "", claim.Problem{Code: CodeSource, Where: dir, Message: fmt.Sprintf("has no model %q", want)}
		}
		return want, nil
	}
	for _, name := range []string{"onnx/model.onnx", "model.onnx"} {
		if isFile(filepath.Join(dir, filepath.FromSlash(name))) {
			return name, nil
		}
	}
	var found []string
	for _, pattern := range []string{"*.onnx", "onnx/*.onnx"} {
		matches, _ := filepath.Glob(filepath.Join(dir, filepath.FromSlash(pattern))) // the pattern is valid
		for _, m := range matches {
			if rel, err := filepath.Rel(dir, m); err == nil && isFile(m) {
				found = append(found, filepath.ToSlash(rel))
			}
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return "", claim.Problem{Code: CodeSource, Where: dir, Message: "has no .onnx file (looked for onnx/model.onnx, model.onnx, *.onnx and onnx/*.onnx)"}
	}
	slices.Sort(found)
	return "", claim.Problem{Code: CodeSource, Where: dir, Message: fmt.Sprintf("has several models; say which with --model: %s", strings.Join(found, ", "))}
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func (f *folder) takeSidecars() {
	for _, name := range sidecars() {
		if p := filepath.Join(f.dir, filepath.FromSlash(name)); isFile(p) {
			f.files[name] = p
		}
	}
}

// takeExternalData adds the weights that large graphs keep beside them.
func (f *folder) takeExternalData() {
	for _, suffix := range []string{"_data", ".data"} {
		name := f.model + suffix
		if p := filepath.Join(f.dir, filepath.FromSlash(name)); isFile(p) {
			f.files[name] = p
		}
	}
}

// has says whether the folder has this companion.
func (f *folder) has(name string) bool { _, ok := f.files[name]; return ok }

// text reads a companion; empty when it is not there.
func (f *folder) text(name string) (string, error) {
	path, ok := f.files[name]
	if !ok {
		return "", nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if info.Size() > maxSidecar {
		return "", claim.Problem{Code: CodeSource, Where: path, Message: fmt.Sprintf("has %d bytes, allowed are %d", info.Size(), maxSidecar)}
	}
	data, err := os.ReadFile(path)
	return string(data), err
}

// json reads a companion into v; a file that is not there leaves v as it is. Other people's
// files have many more fields than are used here, so unknown ones are fine.
func (f *folder) json(name string, v any) error {
	text, err := f.text(name)
	if err != nil || text == "" {
		return ignoreMissing(err)
	}
	if err := json.Unmarshal([]byte(text), v); err != nil {
		return claim.Problem{Code: CodeSource, Where: f.files[name], Message: err.Error()}
	}
	return nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// origin fills licence and source from SOURCE.md ("- Licence: ...") or the front matter of
// a README.md ("license: ...").
func (f *folder) origin(o Options) (licence, source string, err error) {
	note, err := f.text("SOURCE.md")
	if err != nil {
		return "", "", err
	}
	readme, err := f.text("README.md")
	if err != nil {
		return "", "", err
	}
	licence = firstNonEmpty(o.Licence, line(note, `(?mi)^[-*]?\s*licen[cs]e:\s*(.+)$`), line(readme, `(?mi)^license:\s*(.+)$`), "unknown")
	source = firstNonEmpty(o.Source, line(note, `(?mi)^[-*]?\s*source:\s*(.+)$`), filepath.Base(f.path))
	return licence, source, nil
}

func line(text, pattern string) string {
	if m := regexp.MustCompile(pattern).FindStringSubmatch(text); m != nil {
		return strings.TrimSpace(m[1])
	}
	return ""
}

func firstNonEmpty(s ...string) string {
	for _, x := range s {
		if x != "" {
			return x
		}
	}
	return ""
}

// kind decides between vision and text.
func (f *folder) kind(o Options) (bundle.Kind, error) {
	photo, words := f.has("preprocessor_config.json"), f.has("tokenizer.json")
	switch {
	case o.Kind != "":
		return o.Kind, nil
	case photo && words:
		return "", claim.Problem{Code: CodeSource, Where: f.path, Message: "has files of a photo model and of a text model; say which with --kind vision or --kind text"}
	case words:
		return bundle.Text, nil
	}
	return bundle.Vision, nil
}
