package show

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/defekt/defekt/pipeline/photo"
)

// one is a place for photos with one photo in it, under every digest.
type one []byte

func (o one) Read(context.Context, string, int64) ([]byte, error) { return o, nil }

// Only so many photos are decoded at a time; who gives up waiting is let go.
func TestPhotoDecodingIsBounded(t *testing.T) {
	decoder, err := photo.New(photo.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer decoder.Close()
	var data bytes.Buffer
	if err := jpeg.Encode(&data, image.NewGray(image.Rect(0, 0, 400, 400)), nil); err != nil {
		t.Fatal(err)
	}
	photos := NewPhotos(one(data.Bytes()), decoder, 1, slog.New(slog.DiscardHandler))
	mux := http.NewServeMux()
	photos.Routes(mux, "/photos/")
	get := func(ctx context.Context) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/photos/"+strings.Repeat("a", 64)+"/small", nil))
		return w
	}
	photos.decode <- struct{}{} // somebody decodes
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if w := get(ctx); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("status %d", w.Code)
	}
	<-photos.decode
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if w := get(t.Context()); w.Code != 200 {
				t.Errorf("status %d", w.Code)
			}
		})
	}
	wg.Wait()
}
