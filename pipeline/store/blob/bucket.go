package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// renewAfter is the age from which on Put writes a blob again that the bucket has already: a
// bucket has no other way to make it new for Sweep. Equal bytes replace equal bytes, so a
// reader never sees a difference. It must stay below any grace time.
const renewAfter = 30 * time.Minute

// BucketConfig says where a bucket is.
type BucketConfig struct {
	// Endpoint is host or host:port of the service, such as "s3.amazonaws.com".
	Endpoint string
	// Plain uses http instead of https.
	Plain bool
	// Bucket must exist. Prefix, if not empty, stands before all keys, with a slash between.
	Bucket, Prefix string
	// Region may be empty; the service is asked then.
	Region string
	// AccessKey, SecretKey and SessionToken (optional) are the credentials.
	AccessKey, SecretKey, SessionToken string
	// Now is the clock. nil means time.Now.
	Now func() time.Time
}

// Bucket is a Store in a bucket of an S3-compatible service.
type Bucket struct {
	core      minio.Core
	transport *http.Transport
	bucket    string
	prefix    string // empty or with a slash at its end
	now       func() time.Time
}

// NewBucket makes the client; it does not connect yet, see Check.
func NewBucket(cfg BucketConfig) (*Bucket, error) {
	transport, err := minio.DefaultTransport(!cfg.Plain)
	if err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	transport.ResponseHeaderTimeout = 30 * time.Second
	client, err := minio.New(cfg.Endpoint, &minio.Options{
		Creds:      credentials.NewStaticV4(cfg.AccessKey, cfg.SecretKey, cfg.SessionToken),
		Secure:     !cfg.Plain,
		Region:     cfg.Region,
		Transport:  transport,
		MaxRetries: 3, // jobs retry as well, and slower
	})
	if err != nil {
		return nil, fmt.Errorf("blob: bucket %s: %w", cfg.Bucket, err)
	}
	b := &Bucket{core: minio.Core{Client: client}, transport: transport, bucket: cfg.Bucket, now: cfg.Now}
	if b.now == nil {
		b.now = time.Now
	}
	if p := strings.Trim(cfg.Prefix, "/"); p != "" {
		b.prefix = p + "/"
	}
	return b, nil
}

// Put asks whether the blob is there and writes it if not, in one request: services make an
// object visible when it is whole.
func (b *Bucket) Put(ctx context.Context, data []byte) (string, error) {
	digest, digits, err := digestOf(data)
	if err != nil {
		return "", err
	}
	key := b.prefix + name(digits)
	info, err := b.core.StatObject(ctx, b.bucket, key, minio.StatObjectOptions{})
	if err == nil && info.Size == int64(len(data)) && b.now().Sub(info.LastModified) < renewAfter {
		return digest, nil
	}
	if err != nil && !isMissing(err) {
		return "", b.fault("asking for", digest, err)
	}
	_, err = b.core.Client.PutObject(ctx, b.bucket, key, bytes.NewReader(data), int64(len(data)), minio.PutObjectOptions{
		ContentType:      "application/octet-stream", // never shown as what a stranger says it is
		SendContentMd5:   true,
		DisableMultipart: true,
	})
	if err != nil {
		return "", b.fault("writing", digest, err)
	}
	return digest, nil
}

// Read gets an object and checks it.
func (b *Bucket) Read(ctx context.Context, digest string, limit int64) ([]byte, error) {
	digits, err := parse(digest)
	if err != nil {
		return nil, err
	}
	body, info, _, err := b.core.GetObject(ctx, b.bucket, b.prefix+name(digits), minio.GetObjectOptions{})
	if err != nil {
		return nil, b.fault("reading", digest, err)
	}
	defer body.Close() //nolint:errcheck // only read from
	if info.Size > limit {
		return nil, tooLarge(digest, info.Size, limit)
	}
	if info.Size < 0 {
		return nil, fmt.Errorf("blob: reading %s: the service does not say its size", digest)
	}
	data := make([]byte, info.Size)
	if _, err := io.ReadFull(body, data); err != nil {
		return nil, b.fault("reading", digest, err)
	}
	return data, verify(digest, data)
}

// Delete removes the object and, in a bucket that keeps versions, all of them: erased means
// erased.
func (b *Bucket) Delete(ctx context.Context, digest string) error {
	digits, err := parse(digest)
	if err != nil {
		return err
	}
	key := b.prefix + name(digits)
	if err := b.core.RemoveObject(ctx, b.bucket, key, minio.RemoveObjectOptions{}); err != nil && !isMissing(err) {
		return b.fault("deleting", digest, err)
	}
	for o := range b.core.ListObjectsIter(ctx, b.bucket, minio.ListObjectsOptions{Prefix: key, WithVersions: true}) {
		if minio.ToErrorResponse(o.Err).Code == minio.NotImplemented {
			return nil // a service without versions
		}
		if o.Err != nil {
			return b.fault("deleting versions of", digest, o.Err)
		}
		if o.Key != key {
			continue
		}
		err := b.core.RemoveObject(ctx, b.bucket, o.Key, minio.RemoveObjectOptions{VersionID: o.VersionID})
		if err != nil && !isMissing(err) {
			return b.fault("deleting a version of", digest, err)
		}
	}
	return ctx.Err()
}

// Sweep lists the bucket.
func (b *Bucket) Sweep(ctx context.Context, used func(digest string) bool, grace time.Duration) ([]string, error) {
	if grace <= renewAfter {
		return nil, fmt.Errorf("blob: a grace time of %v is not enough; a bucket needs more than %v", grace, renewAfter)
	}
	before := b.now().Add(-grace)
	var found []string
	for o := range b.core.ListObjectsIter(ctx, b.bucket, minio.ListObjectsOptions{Prefix: b.prefix, Recursive: true}) {
		if o.Err != nil {
			return nil, fmt.Errorf("blob: listing bucket %s: %w", b.bucket, o.Err)
		}
		digest, ok := fromName(strings.TrimPrefix(o.Key, b.prefix))
		if ok && o.LastModified.Before(before) && !used(digest) {
			found = append(found, digest)
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	slices.Sort(found)
	return found, nil
}

// Check asks whether the bucket is there and the keys open it.
func (b *Bucket) Check(ctx context.Context) error {
	ok, err := b.core.BucketExists(ctx, b.bucket)
	if err != nil {
		return fmt.Errorf("blob: bucket %s: %w", b.bucket, err)
	}
	if !ok {
		return fmt.Errorf("blob: there is no bucket %s; create it first", b.bucket)
	}
	return nil
}

// Close closes idle connections.
func (b *Bucket) Close() error {
	b.transport.CloseIdleConnections()
	return nil
}

func (b *Bucket) fault(doing, digest string, err error) error {
	if isMissing(err) {
		return fmt.Errorf("%s: %w", digest, ErrMissing)
	}
	return fmt.Errorf("blob: %s %s in bucket %s: %w", doing, digest, b.bucket, err)
}

// isMissing tells a missing object from a missing bucket, which is a fault.
func isMissing(err error) bool {
	var response minio.ErrorResponse
	return errors.As(err, &response) && response.Code == minio.NoSuchKey
}
