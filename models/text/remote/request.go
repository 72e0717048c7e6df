package remote

import (
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"time"

	openai "github.com/sashabaranov/go-openai"

	"github.com/defekt/defekt/pipeline/claim"
)

// maxAnswerBytes bounds an answer: 2,048 vectors of 4,096 numbers fit.
const maxAnswerBytes = 256 << 20

// waitKey is the context key of the *string that takes a Retry-After header.
type waitKey struct{}

// doer sends requests, bounds answers, and hands Retry-After headers to whoever asked;
// the client library gives headers with good answers only.
type doer struct{ client *http.Client }

// Do implements openai.HTTPDoer.
func (d doer) Do(r *http.Request) (*http.Response, error) {
	res, err := d.client.Do(r)
	if err != nil {
		return nil, err
	}
	if after, ok := r.Context().Value(waitKey{}).(*string); ok {
		*after = res.Header.Get("Retry-After")
	}
	res.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(res.Body, maxAnswerBytes), res.Body}
	return res, nil
}

// request sends one batch and gives the answer, or how long the endpoint asked to wait
// (negative when it did not say).
func (e *Encoder) request(ctx context.Context, input []string) (openai.EmbeddingResponse, time.Duration, error) {
	var after string
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, waitKey{}, &after), e.cfg.Timeout)
	defer cancel()
	res, err := e.client.CreateEmbeddings(ctx, openai.EmbeddingRequestStrings{
		Input: input, Model: openai.EmbeddingModel(e.cfg.Model), Dimensions: e.cfg.Dimensions,
	})
	return res, e.wait(after), err
}

// wait reads a Retry-After header: seconds or a date (RFC 9110, 10.2.3).
func (e *Encoder) wait(after string) time.Duration {
	if s, err := strconv.ParseFloat(after, 64); err == nil && s >= 0 {
		return time.Duration(min(s, 1e6) * float64(time.Second))
	}
	if at, err := http.ParseTime(after); err == nil {
		return max(at.Sub(e.cfg.Now()), 0)
	}
	return -1
}

// pause is the time before the next try.
func (e *Encoder) pause(try int, wait time.Duration) time.Duration {
	if wait >= 0 {
		return wait
	}
	limit := min(float64(e.cfg.BackoffMin)*math.Pow(2, float64(try)), float64(e.cfg.BackoffMax))
	return time.Duration(e.cfg.Rand() * limit)
}

// take checks an answer and puts its vectors into dst in the order of the texts.
func (e *Encoder) take(res openai.EmbeddingResponse, dst [][]float32) error {
	if len(res.Data) != len(dst) {
		return e.answer("%d vectors for %d texts", len(res.Data), len(dst))
	}
	for _, d := range res.Data {
		if d.Index < 0 || d.Index >= len(dst) || dst[d.Index] != nil {
			return e.answer("index %d twice or out of range", d.Index)
		}
		if err := e.vector(d.Embedding); err != nil {
			return err
		}
		dst[d.Index] = d.Embedding
	}
	return nil
}

// vector checks the length against the settings or the first answer, and the values.
func (e *Encoder) vector(v []float32) error {
	if len(v) == 0 || len(v) > maxDim {
		return e.answer("a vector of %d numbers", len(v))
	}
	e.dim.CompareAndSwap(0, int64(len(v)))
	if want := e.Dim(); len(v) != want {
		return e.answer("a vector of %d numbers where %d are expected; is it still the same model?", len(v), want)
	}
	for _, x := range v {
		if f := float64(x); math.IsNaN(f) || math.IsInf(f, 0) {
			return e.answer("a vector with a number that is not finite")
		}
	}
	return nil
}

func (e *Encoder) answer(format string, args ...any) error {
	return claim.Problem{Code: CodeAnswer, Where: e.where(), Message: "the endpoint gave " + fmt.Sprintf(format, args...)}
}
