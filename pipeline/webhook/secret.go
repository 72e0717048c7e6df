package webhook

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

const (
	secretPrefix = "whsec_"
	secretBytes  = 32
	// The specification's bounds.
	minSecret, maxSecret = 24, 64
)

// NewSecret makes a secret of 256 random bits, in the specification's form: whsec_ and base64.
func NewSecret() string {
	var b [secretBytes]byte
	rand.Read(b[:]) // never fails: the process would end
	return secretPrefix + base64.StdEncoding.EncodeToString(b[:])
}

// CheckSecret says what is wrong with a secret: one or, while a new one is brought in, several
// with a space between.
func CheckSecret(secret string) error {
	_, err := signers(secret)
	return err
}

// signers reads secrets. Errors never show any of one.
func signers(secret string) ([]*standardwebhooks.Webhook, error) {
	var all []*standardwebhooks.Webhook
	for one := range strings.FieldsSeq(secret) {
		encoded, ok := strings.CutPrefix(one, secretPrefix)
		if !ok {
			return nil, fmt.Errorf("webhook: the secret does not start with %s", secretPrefix)
		}
		key, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			return nil, errors.New("webhook: the secret is not base64")
		}
		if len(key) < minSecret || len(key) > maxSecret {
			return nil, fmt.Errorf("webhook: the secret has %d bytes; it must have %d to %d", len(key), minSecret, maxSecret)
		}
		signer, err := standardwebhooks.NewWebhookRaw(key)
		if err != nil {
			return nil, errors.New("webhook: the secret cannot be used")
		}
		all = append(all, signer)
	}
	if len(all) == 0 {
		return nil, errors.New("webhook: there is no secret")
	}
	return all, nil
}

// sign gives the value of webhook-signature: one signature per secret.
func sign(secret, id string, at time.Time, body []byte) (string, error) {
	all, err := signers(secret)
	if err != nil {
		return "", err
	}
	var signatures []string
	for _, s := range all {
		signature, err := s.Sign(id, at, body)
		if err != nil {
			return "", fmt.Errorf("webhook: signing: %w", err)
		}
		signatures = append(signatures, signature)
	}
	return strings.Join(signatures, " "), nil
}
