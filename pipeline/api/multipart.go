package api

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"

	"github.com/defekt/defekt/pipeline/claim"
)

// readParts reads a multipart body: one JSON part "claim", which may be absent when there
// are photos, and file parts "photo". Nothing is written to disk.
func (s *Server) readParts(c *call, boundary string) (in incoming, err error) {
	if boundary == "" || len(boundary) > 70 {
		return in, fault(codeMediaType, "header.Content-Type", "multipart/form-data needs a boundary of 1 to 70 characters")
	}
	if in.release, err = s.reserve(c, MaxBody); err != nil {
		return in, err
	}
	body := multipart.NewReader(s.newPaced(c, MaxBody), boundary)
	seen := false
	for n := 0; ; n++ {
		part, err := body.NextRawPart()
		if err != nil {
			if errors.Is(err, io.EOF) && n > 0 {
				return in, nil
			}
			return in, partFault(err)
		}
		switch name := part.FormName(); {
		case n >= MaxParts:
			err = fault(claim.CodePhotosTooMany, "body", fmt.Sprintf("at most %d parts are read", MaxParts))
		case name == "claim" && !seen:
			seen = true
			var data []byte
			if data, err = readPart(part, MaxBody); err == nil {
				err = decode(data, &in.request)
			}
		case name == "photo":
			var data []byte
			if data, err = readPart(part, MaxPhotoBytes); err == nil {
				in.files = append(in.files, data)
			} else {
				err = at(err, fmt.Sprintf("photo[%d]", len(in.files)))
			}
		case name == "claim":
			err = fault(codeBodyInvalid, "body", "the part claim is there twice")
		default:
			err = fault(codeBodyInvalid, "body", fmt.Sprintf("the part %q is not known; there are claim and photo", clip(name)))
		}
		if err != nil {
			return in, err
		}
	}
}

// readPart reads a part of at most limit bytes.
func readPart(part *multipart.Part, limit int64) ([]byte, error) {
	if enc := part.Header.Get("Content-Transfer-Encoding"); enc != "" && enc != "binary" && enc != "8bit" && enc != "7bit" {
		return nil, fault(codeMediaType, "body", "parts must not be encoded")
	}
	data, err := io.ReadAll(io.LimitReader(part, limit+1))
	if err != nil {
		return nil, partFault(err)
	}
	if int64(len(data)) > limit {
		return nil, fault(claim.CodePhotoTooLarge, "", fmt.Sprintf("at most %d bytes are read", limit))
	}
	return data, nil
}

// partFault keeps our own problems and explains those of the form.
func partFault(err error) error {
	if p, ok := errors.AsType[claim.Problem](err); ok {
		return p
	}
	return fault(codeBodyMalformed, "body", "the multipart body cannot be parsed or ends early")
}
