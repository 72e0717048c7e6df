package page

import (
	"bufio"
	"embed"
	"fmt"
	"html/template"
	"io"
	"iter"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/look"
)

//go:embed template
var files embed.FS

// Item is one claim of the run with what the model concluded.
type Item struct {
	Claim      claim.Claim
	Prediction claim.Prediction
	// Photos are small JPEG pictures in the order of Prediction.Photos (or, without
	// reports, of Claim.Photos). An empty entry is a photo that cannot be shown; its
	// place on the page then says why. The whole list may be empty.
	Photos [][]byte
}

// Write writes the page to w while items come. title is the page's heading; any text is
// safe. It returns the first error of w and then stops taking items.
func Write(w io.Writer, title string, items iter.Seq[Item]) error {
	t, err := parse()
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	out := bufio.NewWriterSize(w, 64<<10)
	if err := t.ExecuteTemplate(out, "head", look.Clean(title)); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	sum := newSummary()
	for item := range items {
		sum.add(item)
		if err := t.ExecuteTemplate(out, "card", newCard(item, sum.Claims)); err != nil {
			return fmt.Errorf("page: claim %d: %w", sum.Claims, err)
		}
	}
	if err := t.ExecuteTemplate(out, "tail", sum.view()); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	return nil
}

func parse() (*template.Template, error) {
	css, err := files.ReadFile("template/style.css")
	if err != nil {
		return nil, err
	}
	style := func() template.CSS { return template.CSS(look.Style() + string(css)) } // our own files
	return template.New("page").Funcs(template.FuncMap{"style": style}).ParseFS(files, "template/*.html")
}
