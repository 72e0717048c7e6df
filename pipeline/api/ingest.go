package api

import (
	"bytes"
	"context"
	"fmt"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/intake"
)

// incoming is a claim that was read and checked.
type incoming struct {
	request wire.ClaimRequest
	files   [][]byte     // photos that came beside the claim
	photos  [][]byte     // all photos, those of the request first; nil until they are collected
	release func()       // gives the body's memory back
	unit    *intake.Unit // what is known of the unit; nil when nothing was looked up
}

// readClaim reads a claim from a JSON or multipart body, checks it, fetches photos that came as
// addresses and checks all photos. On success the caller must call release.
func (s *Server) readClaim(ctx context.Context) (in incoming, err error) {
	in, err = s.readBody(ctx)
	if err == nil {
		err = s.collect(ctx, &in)
	}
	if err != nil && in.release != nil {
		in.release()
	}
	return in, err
}

// readBody is readClaim before photos are fetched. The caller must call release, if there is
// one, also after an error.
func (s *Server) readBody(ctx context.Context) (in incoming, err error) {
	c := callOf(ctx)
	kind, params, err := mediaType(c)
	if err != nil {
		return in, err
	}
	switch kind {
	case typeJSON:
		var data []byte
		data, in.release, err = s.readAll(c, MaxBody)
		if err == nil {
			err = decode(data, &in.request)
		}
	case typeMultipart:
		in, err = s.readParts(c, params["boundary"])
	default:
		err = unread(kind, typeJSON, typeMultipart)
	}
	if err == nil {
		err = s.check(in)
	}
	return in, err
}

// check checks what can be told before the photos are there.
func (s *Server) check(in incoming) error {
	if n := len(in.request.Photos) + len(in.files); n > MaxPhotos {
		return fault(claim.CodePhotosTooMany, "photos", fmt.Sprintf("there are %d, at most %d are read", n, MaxPhotos))
	}
	return s.checkClaim(in.request, len(in.files))
}

// complete checks a claim that was read already and brings its photos together.
func (s *Server) complete(ctx context.Context, in *incoming) error {
	if err := s.check(*in); err != nil {
		return err
	}
	return s.collect(ctx, in)
}

// collect brings the photos of a checked claim together.
func (s *Server) collect(ctx context.Context, in *incoming) error {
	sent, fetched, err := s.fetch(ctx, in.request.Photos)
	if err != nil {
		return err
	}
	body := in.release
	in.release = func() { fetched(); body() }
	in.photos = append(sent, in.files...)
	for i, data := range in.photos {
		if err := checkPhoto(data); err != nil {
			return at(err, fmt.Sprintf("photos[%d]", i))
		}
	}
	return nil
}

// at names the place of a problem.
func at(err error, where string) error {
	p := claim.AsProblem(err, claim.CodeInternal)
	if p.Code == claim.CodeInternal {
		return err
	}
	return p.At(where)
}

// fetch gives the bytes of photos in their order, from the request or the network. What is
// fetched counts as part of the body: for the memory that release gives back, and for the
// most that a body may have. On an error nothing is held.
func (s *Server) fetch(ctx context.Context, photos []wire.Photo) (out [][]byte, release func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.FetchTime)
	defer cancel()
	out = make([][]byte, len(photos))
	held := make([]func(), len(photos))
	release = func() {
		for _, free := range held {
			if free != nil {
				free()
			}
		}
	}
	var total atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(fetchers)
	for i, p := range photos {
		if p.URL == "" {
			out[i] = p.Data
			continue
		}
		group.Go(func() (err error) {
			if out[i], held[i], err = s.fetchOne(ctx, p.URL); err != nil {
				return at(err, fmt.Sprintf("photos[%d].url", i))
			}
			if total.Add(int64(len(out[i]))) > MaxBody {
				return fault(codeBodyTooLarge, "photos", fmt.Sprintf("together the fetched photos have more than %d bytes", MaxBody))
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		release()
		return nil, nil, err
	}
	return out, release, nil
}

// fetchOne fetches a photo. Its size is not known before, so that room for the largest is taken
// first, and what it did not need is given back at once.
func (s *Server) fetchOne(ctx context.Context, url string) (data []byte, release func(), err error) {
	whole, err := s.admit.hold(MaxPhotoBytes)
	if err != nil {
		return nil, nil, err
	}
	data, err = s.cfg.Fetcher.Read(ctx, url, MaxPhotoBytes)
	whole()
	if err != nil {
		return nil, nil, err
	}
	// Nothing that came between can have taken it all: what is held is less than was.
	release, err = s.admit.hold(int64(len(data)))
	return data, release, err
}

// fetchers is how many photos of a claim are fetched at once.
const fetchers = 2

// memory is the source of photos that came with the request, by reference.
type memory map[string][]byte

// Read gives the photo of this reference.
func (m memory) Read(_ context.Context, ref string, limit int64) ([]byte, error) {
	data, ok := m[ref]
	if !ok {
		return nil, claim.Problem{Code: claim.CodePhotoMissing, Message: "there is no such photo"}
	}
	if int64(len(data)) > limit {
		return nil, claim.Problem{Code: claim.CodePhotoTooLarge, Message: "the photo is larger than can be read"}
	}
	return bytes.Clone(data), nil
}
