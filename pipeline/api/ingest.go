package api

import (
	"bytes"
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/claim"
)

// incoming is a claim that was read and checked, with its photos' bytes.
type incoming struct {
	request wire.ClaimRequest
	photos  [][]byte
	release func() // gives the body's memory back
}

// readClaim reads a claim from a JSON or multipart body, fetches photos that came as
// addresses and checks everything. On success the caller must call release.
func (s *Server) readClaim(ctx context.Context) (in incoming, err error) {
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
		err = s.complete(ctx, &in)
	}
	if err != nil && in.release != nil {
		in.release()
	}
	return in, err
}

// complete checks the claim and brings its photos together.
func (s *Server) complete(ctx context.Context, in *incoming) error {
	if n := len(in.request.Photos) + len(in.photos); n > MaxPhotos {
		return fault(claim.CodePhotosTooMany, "photos", fmt.Sprintf("there are %d, at most %d are read", n, MaxPhotos))
	}
	if err := s.checkClaim(in.request, len(in.photos)); err != nil {
		return err
	}
	sent, err := s.fetch(ctx, in.request.Photos)
	if err != nil {
		return err
	}
	in.photos = append(sent, in.photos...)
	if err := s.holdFetched(in); err != nil {
		return err
	}
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

// fetch gives the bytes of photos in their order, from the request or the network.
func (s *Server) fetch(ctx context.Context, photos []wire.Photo) ([][]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.FetchTime)
	defer cancel()
	out := make([][]byte, len(photos))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(fetchers)
	for i, p := range photos {
		if p.URL == "" {
			out[i] = p.Data
			continue
		}
		group.Go(func() error {
			// What is fetched has to find room, too; its size is not known before.
			release, err := s.admit.hold(MaxPhotoBytes)
			if err != nil {
				return err
			}
			defer release()
			data, err := s.cfg.Fetcher.Read(ctx, p.URL, MaxPhotoBytes)
			if err != nil {
				return at(err, fmt.Sprintf("photos[%d].url", i))
			}
			out[i] = data
			return nil
		})
	}
	return out, group.Wait()
}

// holdFetched counts fetched photos as part of the body.
func (s *Server) holdFetched(in *incoming) error {
	var n int64
	for i, p := range in.request.Photos {
		if p.URL != "" {
			n += int64(len(in.photos[i]))
		}
	}
	if n == 0 {
		return nil
	}
	fetched, err := s.admit.hold(n)
	if err != nil {
		return err
	}
	body := in.release
	in.release = func() { fetched(); body() }
	return nil
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
