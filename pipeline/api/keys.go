package api

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// KeyPrefix begins every API key, so that scanners of leaked secrets can find them.
const KeyPrefix = "dfk_"

// NewKey makes the secret of an API key, 256 random bits, and the hash to store of it.
func NewKey() (secret, hash string) {
	secret = KeyPrefix + random()
	return secret, HashKey(secret)
}

// HashKey gives the hash that [store.Key] keeps of a secret: sha256 in hex.
func HashKey(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// random gives 256 random bits in 43 characters that are safe everywhere.
func random() string {
	var b [32]byte
	rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// bearer gives the secret of an Authorization header; "" when it has none that could be one.
func bearer(header string) string {
	scheme, secret, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") || !strings.HasPrefix(secret, KeyPrefix) || len(secret) > 100 {
		return ""
	}
	return secret
}
