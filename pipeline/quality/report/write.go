package report

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
	"text/tabwriter"
	"unicode/utf8"
)

//go:embed template
var files embed.FS

const foot = "Times are UTC. \"At least\" is the 5 % quantile of claims over expected, shrunk towards all others: small numbers do not reach far. Claims that come in late change a report that is made again."

// HTML writes the report for mail programs.
func (r Report) HTML(w io.Writer) error {
	t, err := template.ParseFS(files, "template/mail.html")
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	if err := t.Execute(w, map[string]any{"Title": r.Title(), "Sections": r.sections(), "Foot": foot}); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}

// Text writes the same in plain text.
func (r Report) Text(w io.Writer) error {
	var b bytes.Buffer
	title := r.Title()
	fmt.Fprintf(&b, "%s\n%s\n", title, strings.Repeat("=", utf8.RuneCountInString(title)))
	for _, s := range r.sections() {
		fmt.Fprintf(&b, "\n%s\n%s\n", s.Title, strings.Repeat("-", utf8.RuneCountInString(s.Title)))
		for _, t := range s.Text {
			fmt.Fprintln(&b, oneLine(t))
		}
		if len(s.Rows) == 0 {
			continue
		}
		fmt.Fprintln(&b)
		t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		for _, row := range append([][]string{s.Head}, s.Rows...) {
			cells := make([]string, len(row))
			for i, c := range row {
				cells[i] = oneLine(c)
			}
			fmt.Fprintln(t, strings.Join(cells, "\t"))
		}
		if err := t.Flush(); err != nil {
			return fmt.Errorf("report: %w", err)
		}
	}
	fmt.Fprintf(&b, "\n%s\n", foot)
	_, err := w.Write(b.Bytes())
	return err
}

// oneLine keeps a cell on its line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// JSON writes the report for programs.
func (r Report) JSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	if err := enc.Encode(r); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}

// Message writes a whole mail (RFC 5322) with both forms, ready for sendmail -t. from and to are
// addresses; both may be empty, to be filled in later.
func (r Report) Message(w io.Writer, from string, to []string) error {
	head, err := addresses(from, to)
	if err != nil {
		return err
	}
	var html, text bytes.Buffer
	if err := r.HTML(&html); err != nil {
		return err
	}
	if err := r.Text(&text); err != nil {
		return err
	}
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	sum := sha256.Sum256(append(text.Bytes(), html.Bytes()...)) // the same report is the same message
	if err := m.SetBoundary(hex.EncodeToString(sum[:16])); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	for _, part := range []struct {
		kind string
		data []byte
	}{{"text/plain", text.Bytes()}, {"text/html", html.Bytes()}} { // the last one is the best, as RFC 2046 has it
		if err := addPart(m, part.kind, part.data); err != nil {
			return err
		}
	}
	if err := m.Close(); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	_, err = fmt.Fprintf(w, "%sSubject: %s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=%s\r\n\r\n%s",
		head, mime.QEncoding.Encode("utf-8", r.Title()), m.Boundary(), body.Bytes())
	return err
}

func addPart(m *multipart.Writer, kind string, data []byte) error {
	p, err := m.CreatePart(textproto.MIMEHeader{"Content-Type": {kind + "; charset=utf-8"}, "Content-Transfer-Encoding": {"quoted-printable"}})
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	q := quotedprintable.NewWriter(p)
	if _, err := q.Write(data); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	if err := q.Close(); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}

// addresses writes From and To; what is no address is refused, so that nobody can add a header.
func addresses(from string, to []string) (string, error) {
	var b strings.Builder
	if from != "" {
		a, err := mail.ParseAddress(from)
		if err != nil {
			return "", fmt.Errorf("report: from: %w", err)
		}
		fmt.Fprintf(&b, "From: %s\r\n", a)
	}
	var list []string
	for _, t := range to {
		a, err := mail.ParseAddress(t)
		if err != nil {
			return "", fmt.Errorf("report: to: %w", err)
		}
		list = append(list, a.String())
	}
	if len(list) > 0 {
		fmt.Fprintf(&b, "To: %s\r\n", strings.Join(list, ",\r\n "))
	}
	return b.String(), nil
}
