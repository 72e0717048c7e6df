package api

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/claim"
)

type batchIn struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"240" doc:"Lines without a key of their own get this one with a slash and their number."`
}

type batchOut struct {
	Body func(huma.Context)
}

// acceptBatch is POST /v1/claims:batch. One line is in memory at a time; its answer is
// written before the next is read, so a client may send and read at once. When the stream
// itself breaks, the last result line says why, since the status has long been sent.
func (s *Server) acceptBatch(ctx context.Context, in *batchIn) (*batchOut, error) {
	c := callOf(ctx)
	kind, _, err := mediaType(c)
	if err != nil {
		return nil, err
	}
	if kind != typeNDJSON && kind != "application/jsonl" {
		return nil, unread(kind, typeNDJSON)
	}
	if err := checkKey(in.IdempotencyKey); err != nil {
		return nil, err
	}
	release, err := s.admit.hold(MaxBatchLine)
	if err != nil {
		return nil, err
	}
	return &batchOut{func(huma.Context) {
		defer release()
		s.runBatch(ctx, c, in.IdempotencyKey)
	}}, nil
}

// maxBatchBody ends the counting of bytes for batches: lines are bounded, their sum is not.
const maxBatchBody = 1 << 50

func (s *Server) runBatch(ctx context.Context, c *call, key string) {
	rc := http.NewResponseController(c.w)
	_ = rc.EnableFullDuplex() // HTTP/2 always is; a test recorder cannot
	c.w.Header().Set("Content-Type", typeNDJSON)
	// How the body ends is not known yet; what is left of a broken one is not worth reading.
	c.w.Header().Set("Connection", "close")
	c.w.WriteHeader(http.StatusOK)
	lines := bufio.NewReaderSize(s.newPaced(c, maxBatchBody), 64<<10)
	out := json.NewEncoder(c.w)
	accepted, n := 0, 0
	defer func() { c.note(slog.Int("lines", n)); c.note(slog.Int("accepted", accepted)) }()
	for {
		line, err := readLine(lines)
		if errors.Is(err, io.EOF) {
			return
		}
		n++
		result, last := wire.BatchResult{Line: n}, false
		switch {
		case n > MaxBatchLines:
			err, last = fault(codeBatchTooLong, "", fmt.Sprintf("at most %d lines are read; this one and the rest were not", MaxBatchLines)), true
		case err != nil:
			last = codeOf(err).Code != claim.CodeRowTooLong
		default:
			result, err = s.batchLine(ctx, line, n, key)
		}
		if err != nil {
			p := s.problem(ctx, err).Problem
			result.Status, result.Problem = p.Status, &p
		} else {
			accepted++
		}
		s.extend(c.w, s.cfg.WriteIdle)
		if out.Encode(result) != nil || ctx.Err() != nil || last {
			return
		}
		if lines.Buffered() == 0 && rc.Flush() != nil {
			return
		}
	}
}

// batchLine accepts the claim of one line.
func (s *Server) batchLine(ctx context.Context, line []byte, n int, key string) (wire.BatchResult, error) {
	result := wire.BatchResult{Line: n}
	var in wire.BatchLine
	if err := decode(line, &in); err != nil {
		p := codeOf(err)
		if p.Code == codeBodyMissing || p.Code == codeBodyMalformed {
			p.Code = claim.CodeRowMalformed
		}
		return result, p
	}
	if err := checkKey(in.IdempotencyKey); err != nil {
		return result, at(err, "idempotency_key")
	}
	if in.IdempotencyKey == "" && key != "" {
		in.IdempotencyKey = key + "/" + strconv.Itoa(n)
	}
	if err := s.backlog.check(ctx); err != nil {
		return result, err
	}
	got := incoming{request: in.ClaimRequest, release: func() {}}
	defer func() { got.release() }()
	if err := s.check(got); err != nil {
		return result, err
	}
	kept, created, err := s.takeChecked(ctx, &got, in.IdempotencyKey, 0)
	if err != nil {
		return result, err
	}
	result.Status, result.ID, result.Location = status(kept, created), kept.ID, "/v1/claims/"+kept.ID
	return result, nil
}

// readLine gives the next line without its end. A line that is too long is passed over and
// reported; the lines after it are read as ever. The error is io.EOF after the last line.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		piece, err := r.ReadSlice('\n')
		if len(line)+len(piece) > MaxBatchLine {
			return nil, skipLine(r, err)
		}
		line = append(line, piece...)
		switch {
		case err == nil:
			return line, nil
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && len(line) > 0:
			return line, nil
		default:
			return nil, err
		}
	}
}

// skipLine reads on to the end of a line that is too long.
func skipLine(r *bufio.Reader, err error) error {
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = r.ReadSlice('\n')
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return fault(claim.CodeRowTooLong, "", fmt.Sprintf("at most %d bytes are read", MaxBatchLine))
}
