package api

import (
	"fmt"
	"math"
	"net/url"
	"strings"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/photo"
)

// checkPhoto refuses at the door what no decoder would take, so that the store of photos is
// no store for anything else.
func checkPhoto(data []byte) error {
	switch {
	case len(data) == 0:
		return fault(claim.CodePhotoEmpty, "", "send the photo again")
	case len(data) > MaxPhotoBytes:
		return fault(claim.CodePhotoTooLarge, "", fmt.Sprintf("the photo has %d bytes, at most %d are read", len(data), MaxPhotoBytes))
	case photo.Sniff(data) == "":
		return fault(claim.CodePhotoFormat, "", "JPEG, PNG, WebP, HEIC and GIF are read")
	}
	return nil
}

// checkClaim checks all that the types do not say. files is the number of photos that came
// beside the claim.
func (s *Server) checkClaim(r wire.ClaimRequest, files int) error {
	if r.Text == "" && len(r.Photos)+files == 0 {
		return fault(claim.CodeEmpty, "body", "send one of them")
	}
	if r.Text != "" && strings.TrimSpace(r.Text) == "" {
		return fault(claim.CodeTextEmpty, "text", "")
	}
	if len(r.Text) > MaxText {
		return fault(claim.CodeTextTooLong, "text", fmt.Sprintf("the text has %d bytes, at most %d are read", len(r.Text), MaxText))
	}
	for _, f := range []struct{ name, value string }{
		{"id", r.ID}, {"product", r.Product}, {"sku", r.SKU}, {"serial", r.Serial}, {"lang", r.Lang},
	} {
		if len(f.value) > MaxField || strings.ContainsFunc(f.value, control) {
			return fault(codeBodyInvalid, f.name, fmt.Sprintf("at most %d bytes, no control characters", MaxField))
		}
	}
	if y := r.ReceivedAt.Year(); !r.ReceivedAt.IsZero() && (y < 1970 || y > 9999) {
		return fault(claim.CodeTimeInvalid, "received_at", "between the years 1970 and 9999")
	}
	for i, p := range r.Photos {
		if (p.URL == "") == (len(p.Data) == 0) {
			return fault(codeBodyInvalid, fmt.Sprintf("photos[%d]", i), "a photo has either data or url")
		}
		if p.URL == "" {
			continue
		}
		if err := s.checkAddress(p.URL); err != nil {
			return at(err, fmt.Sprintf("photos[%d]", i))
		}
	}
	return checkContext(r.Context)
}

func (s *Server) checkAddress(address string) error {
	if err := webAddress(address); err != nil {
		return fault(claim.CodePhotoURL, "", err.Error())
	}
	return s.cfg.Fetcher.Check(address)
}

// webAddress checks the form of an address; whether it may be reached is for others to say.
func webAddress(s string) error {
	u, err := url.Parse(s)
	switch {
	case len(s) > MaxURL:
		return fmt.Errorf("it has more than %d bytes", MaxURL)
	case err != nil || strings.ContainsFunc(s, control) || u.Hostname() == "":
		return fmt.Errorf("it cannot be parsed")
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("it must begin with https:// or http://")
	case u.User != nil:
		return fmt.Errorf("it must not have a user or password")
	}
	return nil
}

// checkContext lets numbers, booleans and strings through.
func checkContext(facts map[string]any) error {
	if len(facts) > MaxContext {
		return fault(codeBodyInvalid, "context", fmt.Sprintf("at most %d facts", MaxContext))
	}
	for name, v := range facts {
		where := "context." + clip(name)
		if name == "" || len(name) > MaxField || strings.ContainsFunc(name, control) {
			return fault(codeBodyInvalid, where, "this is no name of a fact")
		}
		switch v := v.(type) {
		case bool:
		case float64:
			if math.IsInf(v, 0) || math.IsNaN(v) {
				return fault(codeBodyInvalid, where, "not a finite number")
			}
		case string:
			if len(v) > MaxContextString {
				return fault(codeBodyInvalid, where, fmt.Sprintf("at most %d bytes", MaxContextString))
			}
		default:
			return fault(codeBodyInvalid, where, "facts are numbers, booleans and strings")
		}
	}
	return nil
}
