package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/photo"
	"github.com/defekt/defekt/pipeline/store"
)

type idIn struct {
	ID string `path:"id"`
}

type claimOutput struct{ Body wire.Claim }

// seen gives a claim if the one who asks may see it; else it does not exist.
func (s *Server) seen(ctx context.Context, id string) (store.Claim, error) {
	if !isUUID(id) {
		return store.Claim{}, store.ErrNotFound
	}
	callOf(ctx).note(slog.String("claim", id))
	c, err := s.cfg.Claims.Claim(ctx, id)
	if err == nil && !s.mine(ctx, c.Owner) {
		return store.Claim{}, store.ErrNotFound
	}
	return c, err
}

// mine says whether what belongs to owner may be seen.
func (s *Server) mine(ctx context.Context, owner string) bool {
	who := callOf(ctx).who
	return who.admin || owner == who.id
}

func (s *Server) getClaim(ctx context.Context, in *idIn) (*claimOutput, error) {
	c, err := s.seen(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := claimOut(c)
	out.Unit = s.unit(ctx, c, nil, true)
	return &claimOutput{out}, nil
}

type listOut struct {
	Link string `header:"Link"`
	Body wire.ClaimList
}

func (s *Server) listClaims(ctx context.Context, in *listIn) (*listOut, error) {
	f, err := in.filter()
	if err != nil {
		return nil, err
	}
	f.Owner = callOf(ctx).who.owner()
	limit := in.Limit
	if limit == 0 {
		limit = DefaultPage
	}
	list, next, err := s.cfg.Claims.List(ctx, f, store.Page{Limit: limit, After: in.After})
	if err != nil {
		return nil, err
	}
	out := &listOut{Body: wire.ClaimList{Claims: claimsOut(list), Next: next}}
	if next != "" {
		out.Link = nextLink(ctx, next)
	}
	return out, nil
}

// nextLink is the address of the list's next page, as a header.
func nextLink(ctx context.Context, next string) string {
	u := callOf(ctx).r.URL
	query := u.Query()
	query.Set("after", next)
	return fmt.Sprintf(`<%s>; rel="next"`, (&url.URL{Path: u.Path, RawQuery: query.Encode()}).String())
}

// eraseClaim takes a claim away for good, with the photos that no other claim has.
func (s *Server) eraseClaim(ctx context.Context, in *idIn) (*struct{}, error) {
	if _, err := s.seen(ctx, in.ID); err != nil {
		return nil, err
	}
	orphans, err := s.cfg.Claims.Erase(ctx, in.ID, callOf(ctx).who.by())
	if err != nil {
		return nil, err
	}
	// The claim is gone whether or not the one who asked is still there: its photos follow.
	ctx = context.WithoutCancel(ctx)
	var errs []error
	for _, blob := range orphans {
		if err := s.cfg.Blobs.Discard(ctx, blob); err != nil {
			errs = append(errs, fmt.Errorf("erase photo %s: %w", blob, err))
		}
	}
	return nil, errors.Join(errs...)
}

type photoIn struct {
	ID string `path:"id"`
	N  int    `path:"n" minimum:"0" maximum:"19" doc:"The photo's place, counted from 0."`
}

type photoOut struct {
	ContentType string `header:"Content-Type"`
	ETag        string `header:"ETag"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (s *Server) getPhoto(ctx context.Context, in *photoIn) (*photoOut, error) {
	c, err := s.seen(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return s.photo(ctx, c, in.N)
}

// photo gives a claim's photo n.
func (s *Server) photo(ctx context.Context, c store.Claim, n int) (*photoOut, error) {
	if n >= len(c.Claim.Photos) {
		return nil, store.ErrNotFound
	}
	blob := c.Claim.Photos[n]
	release, err := s.admit.hold(MaxPhotoBytes)
	if err != nil {
		return nil, err
	}
	defer release()
	data, err := s.cfg.Blobs.Read(ctx, blob, MaxPhotoBytes)
	if err != nil {
		return nil, err
	}
	kind, ending := "application/octet-stream", "bin"
	if f := photo.Sniff(data); f != "" {
		kind, ending = "image/"+string(f), string(f)
	}
	return &photoOut{ContentType: kind, ETag: `"` + blob + `"`, Disposition: fmt.Sprintf(`inline; filename="%d.%s"`, n, ending), Body: data}, nil
}
