package blob

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// Parse opens the place that a setting names: a folder's path (also as file:///path), or
// s3://bucket/prefix?endpoint=https://host:port&region=name.
//
// For a bucket, keys come from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, if set,
// AWS_SESSION_TOKEN; without the parameters the endpoint comes from AWS_ENDPOINT_URL_S3 or
// AWS_ENDPOINT_URL, the region from AWS_REGION or AWS_DEFAULT_REGION. Keys in the URL are
// refused, since settings are printed and logged. now is the clock, nil means time.Now.
func Parse(place string, getenv func(string) string, now func() time.Time) (Store, error) {
	kind, rest, hasScheme := strings.Cut(place, "://")
	switch {
	case !hasScheme:
		return NewFolder(place, now)
	case kind == "file":
		path, err := url.PathUnescape(rest)
		if err != nil || !strings.HasPrefix(path, "/") {
			return nil, errors.New("blob: a file URL must be file:// and an absolute path")
		}
		return NewFolder(path, now)
	case kind == "s3":
		cfg, err := parseBucket(place, getenv)
		if err != nil {
			return nil, err
		}
		cfg.Now = now
		return NewBucket(cfg)
	}
	return nil, fmt.Errorf("blob: %.20q is no place for photos; give a folder or s3://bucket/prefix", kind)
}

func parseBucket(place string, getenv func(string) string) (BucketConfig, error) {
	u, err := url.Parse(place)
	if err != nil {
		return BucketConfig{}, errors.New("blob: the s3 URL cannot be read; it must be s3://bucket/prefix?endpoint=URL")
	}
	if u.User != nil {
		return BucketConfig{}, errors.New("blob: keys do not belong into the s3 URL; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
	}
	if u.Host == "" || u.Fragment != "" {
		return BucketConfig{}, errors.New("blob: the s3 URL names no bucket; it must be s3://bucket/prefix?endpoint=URL")
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return BucketConfig{}, errors.New("blob: the s3 URL's parameters cannot be read")
	}
	for key := range query {
		if key != "endpoint" && key != "region" {
			return BucketConfig{}, fmt.Errorf("blob: the s3 URL has an unknown parameter %.40q; there are endpoint and region", key)
		}
	}
	first := func(values ...string) string {
		for _, v := range values {
			if v != "" {
				return v
			}
		}
		return ""
	}
	cfg := BucketConfig{
		Bucket: u.Host, Prefix: u.Path,
		Region:       first(query.Get("region"), getenv("AWS_REGION"), getenv("AWS_DEFAULT_REGION")),
		AccessKey:    getenv("AWS_ACCESS_KEY_ID"),
		SecretKey:    getenv("AWS_SECRET_ACCESS_KEY"),
		SessionToken: getenv("AWS_SESSION_TOKEN"),
	}
	if cfg.AccessKey == "" || cfg.SecretKey == "" {
		return BucketConfig{}, errors.New("blob: a bucket needs keys; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
	}
	endpoint := first(query.Get("endpoint"), getenv("AWS_ENDPOINT_URL_S3"), getenv("AWS_ENDPOINT_URL"), "https://s3.amazonaws.com")
	cfg.Endpoint, cfg.Plain, err = parseEndpoint(endpoint)
	return cfg, err
}

// parseEndpoint reads host, host:port or a URL without path.
func parseEndpoint(s string) (host string, plain bool, err error) {
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" ||
		(u.Scheme != "http" && u.Scheme != "https") {
		return "", false, errors.New("blob: the endpoint must be a host, or http:// or https:// and a host")
	}
	return u.Host, u.Scheme == "http", nil
}
