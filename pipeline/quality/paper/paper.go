// Package paper is what the pages that quality work prints have in common: head and style.
//
// The cover of a chargeback, the list of a recall and the scorecard are files of their own, which
// go to suppliers and into folders: nothing in them comes from outside, and they break well on
// paper. Their rooms keep their templates and say here only where they are.
package paper

import (
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"path"

	"github.com/defekt/defekt/pipeline/look"
)

//go:embed template
var own embed.FS

// Page reads the template of a page. It begins with {{template "head" TITLE}}, goes on within
// the head, where a style of its own may stand, and ends the document itself.
func Page(files fs.FS, file string, funcs template.FuncMap) (*template.Template, error) {
	css, err := own.ReadFile("template/paper.css")
	if err != nil {
		return nil, fmt.Errorf("paper: %w", err)
	}
	all := template.FuncMap{"style": func() template.CSS { return template.CSS(look.Style() + string(css)) }} // our own files
	maps.Copy(all, funcs)
	t, err := template.New(path.Base(file)).Funcs(all).ParseFS(own, "template/head.html")
	if err == nil {
		t, err = t.ParseFS(files, file)
	}
	if err != nil {
		return nil, fmt.Errorf("paper: %w", err)
	}
	return t, nil
}
