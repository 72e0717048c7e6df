package review

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// HashConfig is the cost of a password's hash by argon2id (RFC 9106). The zero value of a field
// takes its default: the RFC's second recommended choice, on one lane.
type HashConfig struct {
	// MemoryKiB is the memory for one hash. Default: 65,536 (64 MiB).
	MemoryKiB uint32
	// Passes over the memory. Default: 3.
	Passes uint32
	// AtOnce is how many hashes may be made at once, which bounds the memory that signing in
	// can take; others wait. Default: 2.
	AtOnce int
}

const (
	hashLanes = 1
	hashBytes = 32
	saltBytes = 16
	// maxMemoryKiB and maxPasses are what a kept hash may ask for.
	maxMemoryKiB = 1 << 21
	maxPasses    = 100
)

type hasher struct {
	memory, passes uint32
	turns          chan struct{}
}

func newHasher(c HashConfig) *hasher {
	if c.MemoryKiB == 0 {
		c.MemoryKiB = 64 << 10
	}
	if c.Passes == 0 {
		c.Passes = 3
	}
	def(&c.AtOnce, 2)
	return &hasher{memory: c.MemoryKiB, passes: c.Passes, turns: make(chan struct{}, c.AtOnce)}
}

// hash makes a kept hash: $argon2id$v=19$m=65536,t=3,p=1$salt$hash, as other programs write it.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails
	key, err := h.derive(ctx, password, salt, h.memory, h.passes, hashLanes, hashBytes)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, h.passes, hashLanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key)), nil
}

// check compares in constant time. Without a kept hash it works as long, in vain.
func (h *hasher) check(ctx context.Context, kept, password string) (bool, error) {
	if kept == "" {
		_, err := h.derive(ctx, password, make([]byte, saltBytes), h.memory, h.passes, hashLanes, hashBytes)
		return false, err
	}
	k, err := parseHash(kept)
	if err != nil {
		return false, err
	}
	got, err := h.derive(ctx, password, k.salt, k.memory, k.passes, k.lanes, uint32(len(k.key)))
	return err == nil && subtle.ConstantTimeCompare(got, k.key) == 1, err
}

func (h *hasher) derive(ctx context.Context, password string, salt []byte, memory, passes uint32, lanes uint8, size uint32) ([]byte, error) {
	select {
	case h.turns <- struct{}{}:
		defer func() { <-h.turns }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	return argon2.IDKey([]byte(password), salt, passes, memory, lanes, size), nil
}

type keptHash struct {
	memory, passes uint32
	lanes          uint8
	salt, key      []byte
}

func parseHash(kept string) (k keptHash, err error) {
	parts := strings.Split(kept, "$")
	bad := errors.New("review: a kept password hash cannot be read")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return k, bad
	}
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &k.memory, &k.passes, &k.lanes); err != nil || n != 3 {
		return k, bad
	}
	var err2 error
	k.salt, err = base64.RawStdEncoding.DecodeString(parts[4])
	k.key, err2 = base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || err2 != nil || len(k.key) < 16 || k.lanes == 0 || k.passes == 0 || k.passes > maxPasses || k.memory > maxMemoryKiB {
		return k, bad
	}
	return k, nil
}
