package web

import (
	"context"
	"net/http"

	"github.com/defekt/defekt/pipeline/fetch/guard"
)

// maxSecret is the longest secret that is looked at, in bytes.
const maxSecret = 512

// BasicKey makes a guard that asks the browser for an API key: HTTP Basic, the key as the
// password, any user name. check says whether a secret is a valid key that may read
// all owners' claims, since pages show them all. An error means
// that this could not be found out, which check itself logs.
//
// The answer and the work are the same whatever is wrong with a key: check is asked once in
// any case, also without a key, and texts are constant. check must not compare secrets byte
// by byte; looking up their hash is fine.
func BasicKey(check func(ctx context.Context, secret string) (ok bool, err error)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, secret, given := r.BasicAuth()
			usable := given && secret != "" && len(secret) <= maxSecret
			if !usable {
				secret = ""
			}
			ok, err := check(r.Context(), secret)
			switch {
			case err != nil:
				w.Header().Set("Retry-After", "2")
				http.Error(w, "Keys cannot be checked at the moment. Try again.", http.StatusServiceUnavailable)
			case !ok || !usable:
				w.Header().Set("WWW-Authenticate", `Basic realm="Defekt: an API key as the password", charset="UTF-8"`)
				http.Error(w, "These pages need an API key that may see them. Give it as the password; the user name does not matter.", http.StatusUnauthorized)
			default:
				next.ServeHTTP(w, r)
			}
		})
	}
}

// Loopback is the guard of a server without keys, which listens on loopback only: it lets
// requests in that ask for this machine by a loopback name. A page on the internet whose
// name was made to point here (DNS rebinding) asks by that name and stays out.
func Loopback(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !guard.LoopbackName(r.Host) {
			http.Error(w, "Without keys this server answers to localhost only. Make one: defekt keys create NAME --scope admin", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}
