package report

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strconv"

	"github.com/defekt/defekt/eval/report/plot"
	"github.com/defekt/defekt/pipeline/look"
)

//go:embed template
var files embed.FS

// WriteHTML writes the report as one page that needs nothing else. It returns the first
// error of w.
func (r *Report) WriteHTML(w io.Writer) error {
	b, err := newBuilder(r)
	if err != nil {
		return err
	}
	v, err := b.page()
	if err != nil {
		return err
	}
	return render(w, "report", v)
}

// builder makes the view of one page.
type builder struct {
	report *Report
	plots  *plot.Plotter
	ids    map[string]bool
}

func newBuilder(r *Report) (*builder, error) {
	plots, err := plot.New()
	if err != nil {
		return nil, err
	}
	return &builder{report: r, plots: plots, ids: map[string]bool{}}, nil
}

// each runs steps until one fails.
func (b *builder) each(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// anchor makes an id for a section, of letters and digits only and unique on the page.
func (b *builder) anchor(prefix, name string) string {
	id := []byte(prefix)
	for _, c := range []byte(name) {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' {
			id = append(id, c)
		}
	}
	for n := 2; b.ids[string(id)]; n++ {
		id = strconv.AppendInt(append(id, '-'), int64(n), 10)
	}
	b.ids[string(id)] = true
	return string(id)
}

// assets are the style and the script of a page, and the policy that allows these alone.
type assets struct {
	Style  template.CSS
	Script template.JS
	Policy string
}

// newAssets gathers the style, and the script of that name where there is one.
func newAssets(script string) (assets, error) {
	var css bytes.Buffer
	css.WriteString(look.Style())
	figures, err := plot.Style()
	if err != nil {
		return assets{}, err
	}
	css.WriteString(figures)
	own, err := files.ReadFile("template/report.css")
	if err != nil {
		return assets{}, err
	}
	css.Write(own)
	a := assets{Style: template.CSS(css.String()), Policy: "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; style-src " + hash(css.Bytes())} // our own files
	if script == "" {
		return a, nil
	}
	js, err := files.ReadFile("template/" + script)
	if err != nil {
		return assets{}, err
	}
	a.Script = template.JS(js) // our own file
	a.Policy += "; script-src " + hash(js)
	return a, nil
}

func hash(content []byte) string {
	sum := sha256.Sum256(content)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func render(w io.Writer, name string, view any) error {
	t, err := template.New("page").ParseFS(files, "template/*.html")
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	out := bufio.NewWriterSize(w, 64<<10)
	if err := t.ExecuteTemplate(out, name, view); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}
