package review

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/store"
)

// Limits of passwords. The lower one is NIST SP 800-63B-4's for a password that stands alone.
const (
	MinPassword = 15  // characters
	MaxPassword = 256 // bytes
)

// AccountsConfig says how people sign in. The zero value of a field takes its default.
type AccountsConfig struct {
	// Reviewers keeps them. Required.
	Reviewers store.Reviewers
	// SessionTime is how long a session lasts. Default: 12 h.
	SessionTime time.Duration
	// Hash is the cost of a password's hash.
	Hash HashConfig
	// FreeTries is how many wrong passwords for a name are answered at once; each further one
	// must wait twice as long as the one before, from one second up to MaxWait. This process
	// counts; others count for themselves. Defaults: 5, and 5 minutes.
	FreeTries int
	MaxWait   time.Duration
	// Now is the clock. Default: time.Now.
	Now func() time.Time
}

// Accounts knows who reviews and signs them in. It is safe for concurrent use.
type Accounts struct {
	cfg    AccountsConfig
	hasher *hasher
	tries  *tries
}

// NewAccounts makes the accounts.
func NewAccounts(cfg AccountsConfig) *Accounts {
	def(&cfg.SessionTime, 12*time.Hour)
	def(&cfg.FreeTries, 5)
	def(&cfg.MaxWait, 5*time.Minute)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Accounts{cfg: cfg, hasher: newHasher(cfg.Hash), tries: newTries(cfg.FreeTries, cfg.MaxWait)}
}

// Add keeps a new reviewer with a password, or without one if it is empty; ID and CreatedAt are
// given to him. Errors: CodeReviewer, CodePasswordShort, CodePasswordLong, and
// [store.ErrConflict] when the name is taken.
func (a *Accounts) Add(ctx context.Context, r store.Reviewer, password string) (store.Reviewer, error) {
	if err := checkReviewer(r); err != nil {
		return store.Reviewer{}, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return store.Reviewer{}, fmt.Errorf("review: %w", err)
	}
	r.ID, r.CreatedAt, r.Password = id.String(), a.now(), ""
	if password != "" {
		if r.Password, err = a.hash(ctx, password); err != nil {
			return store.Reviewer{}, err
		}
	}
	return r, a.cfg.Reviewers.AddReviewer(ctx, r)
}

func checkReviewer(r store.Reviewer) error {
	if strings.TrimSpace(r.Name) == "" {
		return fault(CodeReviewer, "A reviewer needs a name.")
	}
	for _, role := range r.Roles {
		if !KnownRole(role) {
			return fault(CodeReviewer, fmt.Sprintf("There is no role %q: use reviewer, adjudicator or admin.", role))
		}
	}
	if len(r.Roles) == 0 {
		return fault(CodeReviewer, "A reviewer needs a role: reviewer, adjudicator or admin.")
	}
	return nil
}

// SetPassword changes a password and ends all sessions of the reviewer.
func (a *Accounts) SetPassword(ctx context.Context, id, password string) error {
	return a.change(ctx, id, func(r *store.Reviewer) (err error) {
		r.Password, err = a.hash(ctx, password)
		return err
	})
}

// Disable ends a reviewer's access and his sessions; what he decided stays.
func (a *Accounts) Disable(ctx context.Context, id string) error {
	return a.change(ctx, id, func(r *store.Reviewer) error {
		r.DisabledAt = a.now()
		return nil
	})
}

// change keeps what f changes of a reviewer, and ends his sessions.
func (a *Accounts) change(ctx context.Context, id string, f func(r *store.Reviewer) error) error {
	r, err := a.cfg.Reviewers.Reviewer(ctx, id)
	if err != nil {
		return err
	}
	if err := f(&r); err != nil {
		return err
	}
	if err := a.cfg.Reviewers.SetReviewer(ctx, r); err != nil {
		return err
	}
	return a.cfg.Reviewers.EndSessions(ctx, id, a.now())
}

func (a *Accounts) hash(ctx context.Context, password string) (string, error) {
	switch {
	case utf8.RuneCountInString(password) < MinPassword:
		return "", fault(CodePasswordShort, fmt.Sprintf("A password has at least %d characters.", MinPassword))
	case len(password) > MaxPassword:
		return "", fault(CodePasswordLong, fmt.Sprintf("A password has at most %d bytes.", MaxPassword))
	}
	return a.hasher.hash(ctx, password)
}

// SignIn gives a token for the name and password, and whose it is. An unknown name takes as
// long as a wrong password. Errors: CodeSignIn, CodeSignInWait.
func (a *Accounts) SignIn(ctx context.Context, name, password string) (token string, r store.Reviewer, err error) {
	if wait := a.tries.wait(name, a.now()); wait > 0 {
		return "", r, fault(CodeSignInWait, fmt.Sprintf("Too many wrong passwords: try again in %s.", wait.Round(time.Second)))
	}
	r, err = a.cfg.Reviewers.ReviewerByName(ctx, name)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return "", store.Reviewer{}, err
	}
	ok := false
	if len(password) <= MaxPassword {
		if ok, err = a.hasher.check(ctx, r.Password, password); err != nil {
			return "", store.Reviewer{}, err
		}
	}
	if !ok || !r.DisabledAt.IsZero() {
		a.tries.failed(name, a.now())
		return "", store.Reviewer{}, fault(CodeSignIn, "Name or password is wrong.")
	}
	a.tries.worked(name)
	token, err = a.Open(ctx, r)
	return token, r, err
}

// Open gives a token for a reviewer whom somebody vouches for, such as an identity provider.
func (a *Accounts) Open(ctx context.Context, r store.Reviewer) (token string, err error) {
	token = rand.Text() + rand.Text() // 2 x 130 bits
	now := a.now()
	return token, a.cfg.Reviewers.AddSession(ctx, store.Session{Hash: tokenHash(token), Reviewer: r.ID, CreatedAt: now, ExpiresAt: now.Add(a.cfg.SessionTime)})
}

// Who gives the reviewer whose token it is. Error: CodeSignIn when the session is over, or
// never was.
func (a *Accounts) Who(ctx context.Context, token string) (store.Reviewer, error) {
	over := fault(CodeSignIn, "Please sign in.")
	s, err := a.cfg.Reviewers.Session(ctx, tokenHash(token))
	if errors.Is(err, store.ErrNotFound) || err == nil && !a.now().Before(s.ExpiresAt) {
		return store.Reviewer{}, over
	}
	if err != nil {
		return store.Reviewer{}, err
	}
	r, err := a.cfg.Reviewers.Reviewer(ctx, s.Reviewer)
	if errors.Is(err, store.ErrNotFound) || err == nil && !r.DisabledAt.IsZero() {
		return store.Reviewer{}, over
	}
	return r, err
}

// SignOut ends the session of a token.
func (a *Accounts) SignOut(ctx context.Context, token string) error {
	return a.cfg.Reviewers.EndSession(ctx, tokenHash(token))
}

// Sweep takes away sessions that are over.
func (a *Accounts) Sweep(ctx context.Context) error {
	return a.cfg.Reviewers.EndSessions(ctx, "", a.now())
}

func (a *Accounts) now() time.Time { return a.cfg.Now().UTC().Truncate(time.Microsecond) }

// tokenHash needs no salt and no slowness: tokens are random.
func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
