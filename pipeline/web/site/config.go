package site

import (
	"context"
	"errors"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// Entry is one entry of the navigation.
type Entry struct {
	// Section is the name by which a page says that it belongs there; see [Site.Frame].
	Section string
	// Text is what people read, Href where it leads.
	Text, Href string
	// For says whether the entry is for whoever asks; nil is for everyone. It is no guard.
	For func(r *http.Request) bool
}

// Account is whoever is signed in, shown in the header.
type Account struct {
	Name string
	// Settings is the address of his own page, SignOut that of the form that ends the session.
	Settings, SignOut string
}

// Failure is what a page says instead of its content.
type Failure struct {
	Status      int
	Title, Text string
	// Retry, if not zero, says when to try again.
	Retry time.Duration
}

// Config puts a server of pages together. All fields are optional but Templates.
type Config struct {
	// Base is the path that the server is mounted at, without a slash at its end: "/review".
	// Empty is the root. Routes of the mux given to Handler hold it.
	Base string
	// Nav is the navigation, in order; whoever puts the program together knows all servers.
	Nav []Entry
	// Templates hold files *.html of templates that are parsed together with this package's.
	// Required.
	Templates []fs.FS
	// Styles are style sheets that follow this package's.
	Styles []string
	// Files are served as they are under Base + "/assets/": by name, such as "desk.js".
	Files map[string][]byte
	// Banner is written above every page. It is trusted markup: constant text of the program.
	Banner func(ctx context.Context) template.HTML
	// Foot is the sentence under every page.
	Foot string
	// Account says who is signed in, nil when nobody is.
	Account func(r *http.Request) *Account
	// Explain says what an error is to a reader; false leaves it to this package, which logs
	// what it does not know and shows nothing of it.
	Explain func(err error) (Failure, bool)
	// Secure says that browsers come by HTTPS also where this process cannot see it (a proxy
	// ends TLS), so that cookies are kept to HTTPS.
	Secure bool
	// Origins are further origins, such as "https://desk.example", whose pages may send forms.
	Origins []string
	// Timeout bounds the making of one page. 0 means 15 s.
	Timeout time.Duration
	// Log is optional; nil is slog's default.
	Log *slog.Logger
}

func (c Config) validate() error {
	var errs []error
	if len(c.Templates) == 0 {
		errs = append(errs, errors.New("site: Templates is missing"))
	}
	if c.Base != "" && (!strings.HasPrefix(c.Base, "/") || strings.HasSuffix(c.Base, "/")) {
		errs = append(errs, errors.New(`site: Base must be empty or like "/review"`))
	}
	if c.Timeout < 0 {
		errs = append(errs, errors.New("site: Timeout must not be negative"))
	}
	return errors.Join(errs...)
}

func (c Config) withDefaults() Config {
	if c.Banner == nil {
		c.Banner = func(context.Context) template.HTML { return "" }
	}
	if c.Account == nil {
		c.Account = func(*http.Request) *Account { return nil }
	}
	if c.Explain == nil {
		c.Explain = func(error) (Failure, bool) { return Failure{}, false }
	}
	if c.Timeout == 0 {
		c.Timeout = 15 * time.Second
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return c
}

// Default gives a field of a configuration its default, if it is the zero value.
func Default[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}
