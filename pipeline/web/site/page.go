package site

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
)

// MaxForm is the largest form that is read, in bytes.
const MaxForm = 64 << 10

// View is a page that is ready to be written, or the address to go to instead.
type View struct {
	// Name is the template, Data what it is given: a struct that embeds [Frame].
	Name string
	Data any
	// Status is that of the answer; 0 is 200.
	Status int
	// Goto, if not empty, is where the browser goes instead (303). It must be a path of this
	// site; see [Local] for those that come from outside.
	Goto string
	// Notice is shown by the page that the browser goes to.
	Notice Notice
	// Scripted says that the page has a script of Config.Files.
	Scripted bool
	// Cookies are set with the answer.
	Cookies []*http.Cookie
}

// Page makes a handler of a function that collects a page's data, or does what a form says.
// The form is parsed when the method has a body.
func (s *Site) Page(collect func(r *http.Request) (View, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), s.cfg.Timeout)
		defer cancel()
		r = s.withNotice(r.WithContext(ctx))
		if err := s.Form(w, r); err != nil {
			s.Write(w, r, s.Failure(w, r, err))
			return
		}
		v, err := collect(r)
		if err != nil {
			v = s.Failure(w, r, err)
		}
		s.Write(w, r, v)
	}
}

// Form reads the form of a request that has one. Errors are [BadRequest] ones.
func (*Site) Form(w http.ResponseWriter, r *http.Request) error {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil
	}
	r.Body = http.MaxBytesReader(w, r.Body, MaxForm)
	if err := r.ParseForm(); err != nil {
		if _, big := errors.AsType[*http.MaxBytesError](err); big {
			return BadRequest("The form is too large.")
		}
		return BadRequest("The form cannot be read.")
	}
	return nil
}

// Write renders a view whole before the first byte goes out.
func (s *Site) Write(w http.ResponseWriter, r *http.Request, v View) {
	for _, c := range v.Cookies {
		http.SetCookie(w, c)
	}
	if v.Goto != "" {
		if v.Notice != (Notice{}) {
			http.SetCookie(w, s.noticeCookie(r, v.Notice))
		}
		http.Redirect(w, r, v.Goto, http.StatusSeeOther)
		return
	}
	out, err := s.Render(v.Name, v.Data)
	if err != nil {
		s.cfg.Log.ErrorContext(r.Context(), "page not rendered", slog.String("path", r.URL.Path), slog.Any("error", err))
		http.Error(w, "The page could not be made. The log says why.", http.StatusInternalServerError)
		return
	}
	if r.Context().Value(noticeKey{}) != nil {
		http.SetCookie(w, s.noNotice(r))
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if v.Scripted {
		w.Header().Set("Content-Security-Policy", ScriptPolicy)
	}
	if v.Status != 0 {
		w.WriteHeader(v.Status)
	}
	_, _ = w.Write(out) // a reader who left needs no answer
}

// Render makes a part of a page, for answers that are no pages.
func (s *Site) Render(name string, data any) ([]byte, error) {
	var out bytes.Buffer
	err := s.pages.ExecuteTemplate(&out, name, data)
	return out.Bytes(), err
}
