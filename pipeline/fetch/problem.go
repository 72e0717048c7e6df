package fetch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/fetch/guard"
)

// problem turns an error into what the claim's sender is told. ctx is the caller's, to tell
// its end from the fetcher's own time limit.
func (f *Fetcher) problem(ctx context.Context, rawURL string, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%w: %w", claim.Problem{Code: claim.CodeCancelled, Message: "fetching the photo was stopped"}, context.Cause(ctx))
	}
	p := f.sort(err)
	f.log(ctx, rawURL, p, err)
	return p
}

func (f *Fetcher) sort(err error) claim.Problem {
	var p claim.Problem
	var refused *guard.Refused
	var unresolved *guard.Unresolved
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &refused):
		return refusal(refused.Reason)
	case isTimeout(err):
		return claim.Problem{
			Code:    claim.CodePhotoURLTimeout,
			Message: fmt.Sprintf("the photo did not come within %v; try again, or send the photo itself", f.cfg.Timeout),
		}
	case errors.As(err, &unresolved):
		return claim.Problem{Code: claim.CodePhotoURLUnresolved, Message: "the host's name leads to no address; check the URL"}
	}
	return claim.Problem{
		Code:    claim.CodePhotoURLUnreachable,
		Message: "the server cannot be reached or broke off; check the URL, or send the photo itself",
	}
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &t) && t.Timeout()
}

func refusal(reason guard.Reason) claim.Problem {
	switch reason {
	case guard.Scheme:
		return claim.Problem{Code: claim.CodePhotoURLScheme, Message: "only http and https URLs are fetched"}
	case guard.Userinfo:
		return claim.Problem{Code: claim.CodePhotoURLUserinfo, Message: "the URL has a user name or password in it; send one without"}
	case guard.Port:
		return claim.Problem{Code: claim.CodePhotoURLPort, Message: "photos are not fetched from this port; use the usual one of http or https"}
	case guard.Address:
		return claim.Problem{Code: claim.CodePhotoURLAddress, Message: "the URL leads to an address that is not public; send the photo itself"}
	default:
		return claim.Problem{Code: claim.CodePhotoURL, Message: "this is not a URL with an ordinary host name; check it"}
	}
}

// log tells operators what the sender is not told. Of the URL it shows the host only.
func (f *Fetcher) log(ctx context.Context, rawURL string, p claim.Problem, err error) {
	host := ""
	if u, parseErr := url.Parse(rawURL); parseErr == nil {
		host = u.Hostname()
	}
	f.cfg.Logger.InfoContext(ctx, "photo not fetched",
		slog.String("code", string(p.Code)), slog.String("host", host), slog.String("error", err.Error()))
}
