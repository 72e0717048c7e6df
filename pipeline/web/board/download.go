package board

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/defekt/defekt/pipeline/quality/outgoing"
)

// maker makes a download of a form. Errors become pages, since nothing was sent yet.
type maker func(ctx context.Context, r *http.Request) (*outgoing.File, error)

// writeTime is how long a browser may take for a download; it may be gigabytes of photos.
const writeTime = time.Hour

// download makes a file whole and then sends it.
func (s *Server) download(make maker) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := s.site.Form(w, r); err != nil {
			s.site.Write(w, r, s.site.Failure(w, r, err))
			return
		}
		// Test recorders cannot; a connection that cannot take a deadline is broken anyway.
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(s.cfg.Slow + writeTime))
		select {
		case s.loads <- struct{}{}:
			defer func() { <-s.loads }()
		default:
			s.site.Write(w, r, s.site.Failure(w, r, errFull))
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), s.cfg.Slow)
		defer cancel()
		f, err := make(ctx, r)
		if err != nil {
			s.site.Write(w, r, s.site.Failure(w, r, err))
			return
		}
		f.Serve(w, r)
		if err := f.Close(); err != nil {
			s.cfg.Log.WarnContext(ctx, "temporary file stays", slog.Any("error", err))
		}
	}
}

// errFull says that all places for downloads are taken.
var errFull = errors.New("all places for downloads are taken")

func (s *Server) outgoing() outgoing.Maker {
	return outgoing.Maker{Store: s.cfg.Store, Photos: s.cfg.Blobs, Now: s.cfg.Now}
}
