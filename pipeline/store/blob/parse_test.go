package blob

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseFolders(t *testing.T) {
	dir := t.TempDir()
	for _, place := range []string{dir, filepath.Join(dir, "new/below"), "file://" + dir, "file://" + dir + "/with%20space"} {
		s, err := Parse(place, func(string) string { return "" }, nil)
		if err != nil {
			t.Errorf("%s: %v", place, err)
			continue
		}
		if _, ok := s.(*Folder); !ok {
			t.Errorf("%s: a %T", place, s)
		}
		mustPut(t, s, []byte("x"))
	}
}

func TestParseBuckets(t *testing.T) {
	for _, c := range []struct {
		place, env                       string
		endpoint, bucket, prefix, region string
		plain                            bool
	}{
		{"s3://b", "", "s3.amazonaws.com", "b", "", "", false},
		{"s3://b/p/q/", "", "s3.amazonaws.com", "b", "/p/q/", "", false},
		{"s3://b?endpoint=http://127.0.0.1:9000&region=eu", "", "127.0.0.1:9000", "b", "", "eu", true},
		{"s3://b?endpoint=minio:9000", "AWS_REGION=r", "minio:9000", "b", "", "r", false},
		{"s3://b", "AWS_ENDPOINT_URL=http://x AWS_DEFAULT_REGION=d", "x", "b", "", "d", true},
		{"s3://b", "AWS_ENDPOINT_URL=http://x AWS_ENDPOINT_URL_S3=https://y/", "y", "b", "", "", false},
	} {
		cfg, err := parseBucket(c.place, environment("AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=s "+c.env))
		if err != nil {
			t.Errorf("%s: %v", c.place, err)
			continue
		}
		want := BucketConfig{Endpoint: c.endpoint, Plain: c.plain, Bucket: c.bucket, Prefix: c.prefix, Region: c.region, AccessKey: "a", SecretKey: "s"}
		if diff := cmp.Diff(want, cfg); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.place, diff)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	const keys = "AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=topsecret"
	for place, c := range map[string]struct{ env, want string }{
		"":                            {keys, "no name"},
		"gs://bucket":                 {keys, "no place for photos"},
		"file://relative":             {keys, "absolute path"},
		"s3://":                       {keys, "no bucket"},
		"s3://b":                      {"AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY"},
		"s3://id:topsecret@b/p":       {keys, "do not belong"},
		"s3://b?endpont=x":            {keys, "unknown parameter"},
		"s3://b?endpoint=ftp://x":     {keys, "endpoint must be"},
		"s3://b?endpoint=http://x/y":  {keys, "endpoint must be"},
		"s3://b?endpoint=http://u@x":  {keys, "endpoint must be"},
		"s3://b?a=%zz":                {keys, "parameters"},
		"s3://b#x":                    {keys, "no bucket"},
		"s3://b?endpoint=http://x y/": {keys, "endpoint must be"},
		"s3://b%zz":                   {keys, "cannot be read"},
	} {
		_, err := Parse(place, environment(c.env), nil)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "topsecret") {
			t.Errorf("%s: error %v, want one with %q", place, err, c.want)
		}
	}
}

func environment(s string) func(string) string {
	env := map[string]string{}
	for _, kv := range strings.Fields(s) {
		k, v, _ := strings.Cut(kv, "=")
		env[k] = v
	}
	return func(name string) string { return env[name] }
}
