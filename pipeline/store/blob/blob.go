package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

// Errors that callers tell apart. All others are faults of the disk, the bucket or the network
// and may be gone on another try.
var (
	// ErrMissing: there is no such blob. It wraps store.ErrNotFound.
	ErrMissing = fmt.Errorf("no such blob: %w", store.ErrNotFound)
	// ErrDigest: this is not a digest, so there is no such blob either. It wraps ErrMissing.
	ErrDigest = fmt.Errorf("not a digest of the form sha256:<64 hex digits>: %w", ErrMissing)
	// ErrDamaged: the bytes are not the ones that were put.
	ErrDamaged = errors.New("damaged blob")
	// ErrEmpty: there are no bytes to put; an empty file is no photo.
	ErrEmpty = errors.New("empty blob")
	// ErrTooLarge: the blob has more bytes than the caller takes.
	ErrTooLarge = errors.New("blob too large")
)

// Store keeps blobs. All methods must be safe for concurrent use, also by several processes.
type Store interface {
	// Put must keep data and give its digest, "sha256:" and 64 lower-case hex digits, or
	// ErrEmpty. After
	// success the blob must outlive a crash of the machine; after a failure or a crash there
	// must be either no blob or the whole one. Putting what is there already must be cheap
	// (no second copy is written, as a rule) and must make it new in the eyes of Sweep. A
	// blob that Put can see to be damaged must be replaced: a folder compares bytes, a bucket
	// only sizes, until it writes again what is older than half an hour.
	Put(ctx context.Context, data []byte) (digest string, err error)
	// Read must give the blob's bytes, checked against the digest; else ErrMissing,
	// ErrDigest, ErrDamaged, or ErrTooLarge if there are more than limit bytes. It must not
	// take more than limit+1 bytes of memory.
	Read(ctx context.Context, digest string, limit int64) ([]byte, error)
	// Delete must take the blob away for good. A missing one is no error.
	Delete(ctx context.Context, digest string) error
	// Sweep must list, sorted, the blobs that used says no to and that were last put longer
	// than grace ago. It deletes no blob, but may clear away what interrupted Puts left.
	Sweep(ctx context.Context, used func(digest string) bool, grace time.Duration) ([]string, error)
	// Check must tell whether the place can be used, for readiness.
	Check(ctx context.Context) error
	// Close ends connections.
	Close() error
}

const scheme = "sha256:"

// Digest gives the digest under which data is kept.
func Digest(data []byte) string {
	sum := sha256.Sum256(data)
	return scheme + hex.EncodeToString(sum[:])
}

// digestOf gives the digest of data to be put, and its hex digits.
func digestOf(data []byte) (digest, digits string, err error) {
	if len(data) == 0 {
		return "", "", ErrEmpty
	}
	digest = Digest(data)
	return digest, digest[len(scheme):], nil
}

// parse gives a digest's hex digits. Nothing else ever becomes part of a path or key.
func parse(digest string) (string, error) {
	digits, ok := strings.CutPrefix(digest, scheme)
	if !ok || !isDigits(digits) {
		return "", ErrDigest
	}
	return digits, nil
}

func isDigits(s string) bool {
	return len(s) == 2*sha256.Size && strings.Trim(s, "0123456789abcdef") == ""
}

// name is where a blob is, with slashes, in both kinds of place: one level of 256, so that a
// folder of a million photos has some 4,000 in each of its leaves. A second level would give
// nearly every photo a leaf of its own, with two more names to make durable.
func name(digits string) string {
	return digits[:2] + "/" + digits
}

// fromName is the reverse of name; false for what is not a blob's name.
func fromName(s string) (digest string, ok bool) {
	digits := s[strings.LastIndexByte(s, '/')+1:]
	if !isDigits(digits) || name(digits) != s {
		return "", false
	}
	return scheme + digits, true
}

// verify compares what was read with what was asked for.
func verify(digest string, data []byte) error {
	if got := Digest(data); got != digest {
		return fmt.Errorf("%s: the bytes have digest %s: %w", digest, got, ErrDamaged)
	}
	return nil
}

func tooLarge(digest string, size, limit int64) error {
	return fmt.Errorf("%s has %d bytes, at most %d are taken: %w", digest, size, limit, ErrTooLarge)
}
