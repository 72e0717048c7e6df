package api

import (
	"bytes"
	"context"
	"io"
	"mime"
	"strings"

	"github.com/defekt/defekt/pipeline/claim"
)

// readJSON reads a JSON body of at most limit bytes into v; release must be called when v is
// done with.
func (s *Server) readJSON(ctx context.Context, limit int64, v any) (release func(), err error) {
	c := callOf(ctx)
	kind, _, err := mediaType(c)
	if err != nil {
		return nil, err
	}
	if kind != typeJSON {
		return nil, unread(kind, typeJSON)
	}
	data, release, err := s.readAll(c, limit)
	if err != nil {
		return nil, err
	}
	if err := decode(data, v); err != nil {
		release()
		return nil, err
	}
	return release, nil
}

// The content types that are read.
const (
	typeJSON      = "application/json"
	typeNDJSON    = "application/x-ndjson"
	typeMultipart = "multipart/form-data"
)

// mediaType gives the body's type and parameters.
func mediaType(c *call) (string, map[string]string, error) {
	given := c.r.Header.Values("Content-Type")
	if len(given) > 1 {
		return "", nil, fault(codeMediaType, "header.Content-Type", "it is given twice")
	}
	if len(given) == 0 {
		return "", nil, fault(codeMediaType, "header.Content-Type", "it is missing")
	}
	kind, params, err := mime.ParseMediaType(given[0])
	if err != nil {
		return "", nil, fault(codeMediaType, "header.Content-Type", "it cannot be parsed")
	}
	if charset := params["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		return "", nil, fault(codeMediaType, "header.Content-Type", "bodies are UTF-8")
	}
	if enc := c.r.Header.Get("Content-Encoding"); enc != "" && !strings.EqualFold(enc, "identity") {
		return "", nil, fault(codeMediaType, "header.Content-Encoding", "compressed bodies are not read")
	}
	return kind, params, nil
}

func unread(kind string, want ...string) error {
	return fault(codeMediaType, "header.Content-Type", clip(kind)+" is not read here; send "+strings.Join(want, " or "))
}

// readAll reads the body whole within the memory that is set aside for bodies; release must
// be called when the data is done with.
func (s *Server) readAll(c *call, limit int64) (data []byte, release func(), err error) {
	release, err = s.reserve(c, limit)
	if err != nil {
		return nil, nil, err
	}
	var buf bytes.Buffer
	if n := c.r.ContentLength; n > 0 {
		buf.Grow(int(min(n, 1<<20)) + bytes.MinRead) // what is promised beyond that has to come first
	}
	if _, err := io.Copy(&buf, s.newPaced(c, limit)); err != nil {
		release()
		return nil, nil, err
	}
	return buf.Bytes(), release, nil
}

// reserve takes memory for the body: as much as it says it has, or limit if it does not say.
func (s *Server) reserve(c *call, limit int64) (release func(), err error) {
	switch n := c.r.ContentLength; {
	case n > limit:
		return nil, claim.Problem{Code: codeBodyTooLarge, Where: "body", Message: "the content length is beyond the limit"}
	case n >= 0:
		limit = n
	}
	return s.admit.hold(limit)
}
