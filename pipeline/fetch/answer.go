package fetch

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/defekt/defekt/pipeline/claim"
)

// checkAnswer looks at status and headers before any of the body is read.
func checkAnswer(res *http.Response, limit int64) error {
	switch {
	case res.StatusCode != http.StatusOK:
		return claim.Problem{
			Code:    claim.CodePhotoURLStatus,
			Message: fmt.Sprintf("the server answered with status %d; check that the URL is open to the public", res.StatusCode),
		}
	case isPage(res.Header.Get("Content-Type")):
		return claim.Problem{Code: claim.CodePhotoURLType, Message: "the answer is a web page; send the URL of the photo itself"}
	case !isIdentity(res.Header.Values("Content-Encoding")):
		return claim.Problem{Code: claim.CodePhotoURLType, Message: "the answer is packed though this was not asked for; it is not unpacked"}
	case res.ContentLength > limit:
		return tooLarge(limit)
	}
	return nil
}

func isPage(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		kind, _, _ = strings.Cut(contentType, ";")
		kind = strings.ToLower(strings.TrimSpace(kind))
	}
	return kind == "text/html" || kind == "application/xhtml+xml"
}

func isIdentity(encodings []string) bool {
	for _, e := range encodings {
		if e = strings.TrimSpace(e); e != "" && !strings.EqualFold(e, "identity") {
			return false
		}
	}
	return true
}

func tooLarge(limit int64) claim.Problem {
	return claim.Problem{
		Code:    claim.CodePhotoTooLarge,
		Message: fmt.Sprintf("the answer has more than %d bytes; send a smaller photo", limit),
	}
}

// firstRead is how much memory an announced size gets on trust, in bytes.
const firstRead = 256 << 10

// readAtMost reads a body of the announced size (-1 if none was). Memory grows with what has
// come, not with what was announced, since announcing costs a stranger nothing.
func readAtMost(r io.Reader, announced, limit int64) ([]byte, error) {
	// One byte more than needed, so that the end is seen without growing once more.
	want := limit + 1
	if announced >= 0 {
		want = min(want, announced+1)
	}
	data := make([]byte, 0, min(want, firstRead))
	for {
		n, err := r.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case int64(len(data)) > limit:
			return nil, tooLarge(limit)
		case errors.Is(err, io.EOF):
			return data, nil
		case err != nil:
			return nil, err
		}
		if len(data) == cap(data) {
			size := min(limit+1, 2*int64(cap(data)))
			if size > want && want > int64(cap(data)) {
				size = want
			}
			grown := make([]byte, len(data), size)
			copy(grown, data)
			data = grown
		}
	}
}
