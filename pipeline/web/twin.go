package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/show"
	"github.com/defekt/defekt/pipeline/web/site"
)

// maxTwins is how many twins a page shows.
const maxTwins = 12

// twinsView is the photos of other customers' claims that look like this claim's.
type twinsView struct {
	Twins  []twin
	More   int
	Failed bool
}

// twin is a pair of photos.
type twin struct {
	Mine, Other show.Picture
	Which       int // the number of the claim's own photo, from 1; 0 when it is gone
	Href, Title string
	At          site.Moment
	// Alike says how much alike they are, in words.
	Alike string
}

func (s *Server) twins(ctx context.Context, c store.Claim) twinsView {
	out, err := s.findTwins(ctx, c)
	if err != nil {
		s.cfg.Log.WarnContext(ctx, "twins not found", slog.String("claim", c.ID), slog.Any("error", err))
		return twinsView{Failed: true}
	}
	return out
}

func (s *Server) findTwins(ctx context.Context, c store.Claim) (twinsView, error) {
	var out twinsView
	if len(c.Claim.Photos) == 0 {
		return out, nil
	}
	all, err := s.cfg.Claims.Twins(ctx, c.ID, s.cfg.TwinDistance)
	if err != nil {
		return out, err
	}
	for _, t := range all {
		if len(out.Twins) == maxTwins {
			out.More = len(all) - maxTwins
			break
		}
		other, err := s.cfg.Claims.Claim(ctx, t.Claim)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return out, err
		}
		one := twin{
			Mine: s.names().Picture(t.Photo), Other: s.names().Picture(t.Other), Which: slices.Index(c.Claim.Photos, t.Photo) + 1,
			Href: "/claims/" + other.ID, Title: show.Title(other), At: site.NewMoment(other.CreatedAt), Alike: alike(t),
		}
		one.Mine.Alt = fmt.Sprintf("Photo %d of this claim", one.Which)
		one.Other.Alt = "The photo of the other claim, of " + one.Title
		out.Twins = append(out.Twins, one)
	}
	return out, nil
}

func alike(t store.Twin) string {
	switch {
	case t.Photo == t.Other:
		return "the same file"
	case t.Distance == 0:
		return "the same picture, saved again"
	case t.Distance == 1:
		return "1 of 64 bits differs"
	}
	return fmt.Sprintf("%d of 64 bits differ", t.Distance)
}
