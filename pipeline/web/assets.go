package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/look"
)

// asset is a file that pages need, under a name that changes with its content.
type asset struct {
	data []byte
	kind string // content type
}

func (s *Server) loadAssets() error {
	own, err := files.ReadFile("static/site.css")
	if err != nil {
		return err
	}
	icon, err := files.ReadFile("static/icon.svg")
	if err != nil {
		return err
	}
	s.assets = map[string]asset{}
	s.style = s.addAsset("site.css", "text/css; charset=utf-8", append([]byte(look.Style()), own...))
	s.icon = s.addAsset("icon.svg", "image/svg+xml", icon)
	return nil
}

// addAsset gives the address under which data is served.
func (s *Server) addAsset(name, kind string, data []byte) string {
	sum := sha256.Sum256(data)
	base, ext, _ := strings.Cut(name, ".")
	full := base + "." + hex.EncodeToString(sum[:8]) + "." + ext
	s.assets[full] = asset{data, kind}
	return "/assets/" + full
}

func (s *Server) asset(w http.ResponseWriter, r *http.Request) {
	a, ok := s.assets[r.PathValue("name")]
	if !ok {
		http.Error(w, "There is no such file.", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", a.kind)
	w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(a.data))
}
