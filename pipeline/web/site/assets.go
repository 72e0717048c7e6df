package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/look"
)

// Names of the files that every page has.
const (
	styleName = "site.css"
	iconName  = "icon.svg"
)

// asset is a file that pages need, under a name that changes with its content.
type asset struct {
	data []byte
	kind string // content type
}

func (s *Site) loadAssets() error {
	own, err := files.ReadFile("static/" + styleName)
	if err != nil {
		return err
	}
	icon, err := files.ReadFile("static/" + iconName)
	if err != nil {
		return err
	}
	s.assets, s.address = map[string]asset{}, map[string]string{}
	all := map[string][]byte{styleName: []byte(look.Style() + string(own) + strings.Join(s.cfg.Styles, "\n")), iconName: icon}
	for name, data := range s.cfg.Files {
		all[name] = data
	}
	for name, data := range all {
		if err := s.addAsset(name, data); err != nil {
			return err
		}
	}
	return nil
}

// addAsset gives a file the address under which it is served.
func (s *Site) addAsset(name string, data []byte) error {
	ext := path.Ext(name)
	kind := map[string]string{".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".js": "text/javascript; charset=utf-8"}[ext]
	if kind == "" {
		return fmt.Errorf("no content type for %s", name)
	}
	sum := sha256.Sum256(data)
	full := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:8]) + ext
	s.assets[full] = asset{data, kind}
	s.address[name] = s.cfg.Base + "/assets/" + full
	return nil
}

// Asset is the address of a file of Config.Files, empty when there is none.
func (s *Site) Asset(name string) string { return s.address[name] }

func (s *Site) asset(w http.ResponseWriter, r *http.Request) {
	a, ok := s.assets[r.PathValue("name")]
	if !ok {
		http.Error(w, "There is no such file.", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", a.kind)
	w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(a.data))
}
