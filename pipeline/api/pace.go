package api

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
)

// paced reads a body with deadlines that move with its progress: a body may stand still for
// idle, and over its whole length the time spent waiting for it may not pass idle plus
// what its bytes take at the least rate. So neither silence nor dripping holds a place, and
// the time that the server itself takes between two reads does not count.
type paced struct {
	body    io.Reader
	control *http.ResponseController
	idle    time.Duration
	rate    int // bytes a second
	limit   int64
	write   time.Duration // for the answer, from the last byte on

	read   int64
	waited time.Duration
}

// newPaced bounds the request's body to limit bytes and to the pace of the configuration.
func (s *Server) newPaced(c *call, limit int64) *paced {
	return &paced{
		body: c.r.Body, control: http.NewResponseController(c.w),
		idle: s.cfg.BodyIdle, rate: s.cfg.MinBodyRate, limit: limit, write: s.answerTime(),
	}
}

// Read gives a [claim.Problem] for a body that is too large, too slow or broken off.
func (p *paced) Read(buf []byte) (int, error) {
	allowed := p.idle + time.Duration(p.read)*time.Second/time.Duration(p.rate) - p.waited
	if allowed <= 0 {
		return 0, p.slow()
	}
	start := time.Now()
	_ = p.control.SetReadDeadline(start.Add(min(allowed, p.idle))) // test recorders have none
	_ = p.control.SetWriteDeadline(start.Add(p.write))
	n, err := p.body.Read(buf)
	p.waited += time.Since(start)
	p.read += int64(n)
	switch {
	case p.read > p.limit:
		return 0, fault(codeBodyTooLarge, "body", fmt.Sprintf("at most %d bytes are read", p.limit))
	case err == nil, errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return n, err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return n, p.slow()
	}
	return n, claim.Problem{Code: codeBodyCut, Where: "body", Message: "the connection or the chunked encoding broke off"}
}

func (p *paced) slow() error {
	return fault(codeBodyTooSlow, "body", fmt.Sprintf("bodies may pause for %v and must come with %d bytes a second", p.idle, p.rate))
}
