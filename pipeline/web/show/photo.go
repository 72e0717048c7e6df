package show

import (
	"bytes"
	"context"
	"errors"
	"image/jpeg"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/defekt/defekt/models/vision/raster"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/photo"
	"github.com/defekt/defekt/pipeline/store"
)

// Longest sides of the copies that are made of photos, in pixels. Photos that are smaller
// keep their size.
const (
	SmallSide = 320
	LargeSide = 1280
)

// quality is the JPEG quality of copies.
const quality = 82

// Blobs reads photos. Read must give at most limit bytes; the error of a blob that is not
// there must be or wrap store.ErrNotFound or a claim.Problem with the code photo_missing.
type Blobs interface {
	Read(ctx context.Context, digest string, limit int64) ([]byte, error)
}

// Photos serves photos and smaller copies of them; make one with [NewPhotos].
type Photos struct {
	blobs   Blobs
	decoder *photo.Decoder
	decode  chan struct{} // a place for each photo that may be decoded at a time
	log     *slog.Logger
}

// NewPhotos decodes at most so many photos at a time; further requests wait.
func NewPhotos(blobs Blobs, decoder *photo.Decoder, atOnce int, log *slog.Logger) *Photos {
	return &Photos{blobs, decoder, make(chan struct{}, atOnce), log}
}

// Routes adds the addresses of photos to mux, below base, such as "/photos/".
func (s *Photos) Routes(mux *http.ServeMux, base string) {
	mux.HandleFunc("GET "+base+"{digest}", s.photo)
	mux.HandleFunc("GET "+base+"{digest}/small", s.scaled(SmallSide))
	mux.HandleFunc("GET "+base+"{digest}/large", s.scaled(LargeSide))
}

// photo serves a photo as it came.
func (s *Photos) photo(w http.ResponseWriter, r *http.Request) {
	data, ok := s.blob(w, r)
	if !ok {
		return
	}
	kind, ext := contentType(photo.Sniff(data))
	if kind == "" {
		http.Error(w, "This file is no photo of a kind that is shown.", http.StatusUnsupportedMediaType)
		return
	}
	name := strings.TrimPrefix(r.PathValue("digest"), "sha256:")[:12] + ext
	w.Header().Set("Content-Disposition", `inline; filename="`+name+`"`)
	servePhoto(w, r, kind, "", data)
}

// contentType is the allow-list of what is served, by content.
func contentType(f photo.Format) (kind, ext string) {
	switch f {
	case photo.JPEG:
		return "image/jpeg", ".jpg"
	case photo.PNG:
		return "image/png", ".png"
	case photo.WebP:
		return "image/webp", ".webp"
	case photo.GIF:
		return "image/gif", ".gif"
	case photo.HEIC:
		return "image/heic", ".heic"
	}
	return "", ""
}

// scaled serves a JPEG copy of a photo whose longer side is at most side pixels. It is
// upright and without the original's metadata.
func (s *Photos) scaled(side int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		data, ok := s.blob(w, r)
		if !ok {
			return
		}
		tag := "-" + strconv.Itoa(side)
		if r.Header.Get("If-None-Match") != etag(r, tag) { // else ServeContent answers 304
			var err error
			if data, err = s.shrink(r.Context(), data, side); err != nil {
				s.refuse(w, r, err)
				return
			}
		}
		servePhoto(w, r, "image/jpeg", tag, data)
	}
}

// shrink decodes and scales; only so many at a time, since a photo takes megabytes.
func (s *Photos) shrink(ctx context.Context, data []byte, side int) ([]byte, error) {
	select {
	case s.decode <- struct{}{}:
		defer func() { <-s.decode }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	head, err := photo.ReadHeader(data)
	if err != nil {
		return nil, err
	}
	w, h := fit(head.Width, head.Height, side)
	p, err := s.decoder.Decode(ctx, data, max(min(w, h), 1))
	if err != nil {
		return nil, err
	}
	w, h = fit(p.Width, p.Height, side)
	img := raster.Resize(p.Image, p.Image.Bounds(), max(w, 1), max(h, 1), raster.Triangle())
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: quality}); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// fit gives the size of a picture whose longer side is to be at most side.
func fit(w, h, side int) (int, int) {
	long := max(w, h)
	if long <= side {
		return w, h
	}
	return max(1, (w*side+long/2)/long), max(1, (h*side+long/2)/long)
}

// blob reads the photo that the path names; when it cannot, the answer is written.
func (s *Photos) blob(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	ref := r.PathValue("digest")
	if !digest.MatchString(ref) {
		s.refuse(w, r, store.ErrNotFound)
		return nil, false
	}
	data, err := s.blobs.Read(r.Context(), ref, photo.MaxBytes)
	if err != nil {
		s.refuse(w, r, err)
		return nil, false
	}
	return data, true
}

// refuse says why there is no photo. It is read by whoever opens the address; in a page the
// browser shows the photo's description instead.
func (s *Photos) refuse(w http.ResponseWriter, r *http.Request, err error) {
	var p claim.Problem
	hasProblem := errors.As(err, &p)
	switch {
	case errors.Is(err, store.ErrNotFound), hasProblem && p.Code == claim.CodePhotoMissing:
		http.Error(w, "There is no such photo, or it was erased.", http.StatusNotFound)
	case r.Context().Err() != nil, errors.Is(err, store.ErrBusy):
		w.Header().Set("Retry-After", "2")
		http.Error(w, "The photo did not come in time. Try again.", http.StatusServiceUnavailable)
	case hasProblem && p.Code != claim.CodePhotoStore && p.Code != claim.CodePhotoUnread && p.Code != claim.CodeInternal:
		http.Error(w, ForCustomer(p.Code), http.StatusUnprocessableEntity)
	default:
		s.log.ErrorContext(r.Context(), "photo not served", slog.String("path", r.URL.Path), slog.Any("error", err))
		http.Error(w, "The photo could not be read. The log says why.", http.StatusInternalServerError)
	}
}

// etag names a copy: the digest names the content, tag the size.
func etag(r *http.Request, tag string) string {
	return `"` + strings.TrimPrefix(r.PathValue("digest"), "sha256:") + tag + `"`
}

// servePhoto writes a picture that can do nothing but be seen. It never changes under its
// digest, so that a browser need not ask again.
func servePhoto(w http.ResponseWriter, r *http.Request, kind, tag string, data []byte) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, max-age=31536000, immutable")
	h.Set("ETag", etag(r, tag))
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}
