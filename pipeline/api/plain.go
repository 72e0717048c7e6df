package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strconv"

	"github.com/defekt/defekt/pipeline/api/wire"
)

// plainHead is how net/http begins the answers that it gives before any handler runs (no
// valid HTTP, headers beyond the hard limit, an unknown transfer encoding). It has no hook
// for them. The test of hostile requests notices when a later Go writes them otherwise.
const plainHead = "\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n"

// Listener makes those answers problems, too. Below TLS it has no effect: what is on the
// wire there is not readable.
func Listener(l net.Listener) net.Listener { return listener{l} }

type listener struct{ net.Listener }

// Accept gives the next connection.
func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return conn{c}, nil
}

type conn struct{ net.Conn }

// Write passes everything on but net/http's own errors, which come in one piece.
func (c conn) Write(p []byte) (int, error) {
	if len(p) > 512 || !bytes.HasPrefix(p, []byte("HTTP/1.1 ")) || !bytes.Contains(p, []byte(plainHead)) {
		return c.Conn.Write(p)
	}
	status, err := strconv.Atoi(string(p[9:12]))
	if err != nil || status < http.StatusBadRequest {
		return c.Conn.Write(p)
	}
	if _, err := c.Conn.Write(plainProblem(status)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// plainProblem is the whole answer.
func plainProblem(status int) []byte {
	code := codeRequest
	if status == http.StatusRequestHeaderFieldsTooLarge {
		code = codeHeaderTooLarge
	}
	body, err := json.Marshal(wire.Problem{
		Type: urn + string(code), Title: kinds()[code].title, Status: status, Code: string(code), RequestID: requestID(""),
	})
	if err != nil {
		panic(err) // strings and one number always marshal
	}
	head := fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Type: %s\r\nX-Content-Type-Options: nosniff\r\nContent-Length: %d\r\nConnection: close\r\n\r\n",
		status, http.StatusText(status), problemType, len(body))
	return append([]byte(head), body...)
}
