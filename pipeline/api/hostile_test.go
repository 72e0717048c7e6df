package api

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/api/client"
	"github.com/defekt/defekt/pipeline/fetch"
)

// malformed is one request that no honest client sends.
type malformed struct {
	name         string
	method, path string
	body         string
	header       []string
	status       []int // any of them; empty for every 4xx
}

// TestHostileClient sends everything that is malformed in known ways and asks of each answer
// the same: 4xx, problem+json, nothing of us in it. The client fetches no address that is
// not public, since the fetcher is the real one. Leaks are looked for in TestMain and below.
func TestHostileClient(t *testing.T) {
	fetcher, err := fetch.New(fetch.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer fetcher.Close()
	r := start(t, func(c *Config) { c.Open, c.Fetcher = true, fetcher })
	send(t, &client.Client{URL: r.url, HTTP: r.http}, "an honest claim")
	before := openFiles(t)

	all := slices.Concat(hostileJSON(), hostileFuzz(), hostilePaths(), hostileTypes(), hostilePhotos(), hostileMultipart(), hostileQueries(r.claims[0].ID), hostileHeaders())
	for _, m := range all {
		t.Run(m.name, func(t *testing.T) {
			body := m.body
			got := r.ask(t, m.method, m.path, strings.NewReader(body), m.header...)
			checkHostile(t, r, m, got)
		})
	}
	raw := hostileRaw()
	for name, request := range raw {
		t.Run("raw "+name, func(t *testing.T) { checkRaw(t, r, request) })
	}
	if n := len(all) + len(raw); n < 200 {
		t.Errorf("only %d requests", n)
	} else {
		t.Logf("%d malformed requests", n)
	}
	if strings.Contains(r.log.String(), "panicked") {
		t.Error("something panicked")
	}
	if len(r.claims) != 1 || len(r.blobs) != 1 {
		t.Errorf("%d claims and %d photos, one each was honest", len(r.claims), len(r.blobs))
	}
	r.http.CloseIdleConnections()
	waitFor(t, func() bool { return openFiles(t) <= before })
}

func checkHostile(t *testing.T, r *running, m malformed, got answer) {
	t.Helper()
	if got.StatusCode < 400 || got.StatusCode > 499 || len(m.status) > 0 && !slices.Contains(m.status, got.StatusCode) {
		t.Fatalf("%d %.300s", got.StatusCode, got.body)
	}
	if m.method == http.MethodHead {
		return // there is no body to look at
	}
	var p struct{ Code string }
	if err := json.Unmarshal(got.body, &p); err != nil {
		t.Fatalf("no problem: %.300s", got.body)
	}
	got.problem(t, got.StatusCode, p.Code)
	if len(got.body) > 2000 {
		t.Errorf("it repeats %d bytes", len(got.body))
	}
	for _, ours := range []string{".go:", "goroutine", "reflect", "json:", "runtime"} {
		if bytes.Contains(got.body, []byte(ours)) {
			t.Errorf("it tells of us: %s", got.body)
		}
	}
	if got.Header.Get("X-Evil") != "" || got.Header.Get("Set-Cookie") != "" {
		t.Errorf("injected: %v", got.Header)
	}
}

// checkRaw sends bytes that no HTTP library would send.
func checkRaw(t *testing.T, r *running, request string) {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, request); err != nil {
		t.Fatal(err)
	}
	c.SetReadDeadline(time.Now().Add(10 * time.Second))
	if err := c.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	answers, n := bufio.NewReader(c), 0
	for ; ; n++ {
		res, err := http.ReadResponse(answers, nil)
		if err != nil {
			break
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode == http.StatusContinue {
			continue
		}
		if err != nil || res.StatusCode < 400 || res.StatusCode > 499 || res.Header.Get("Content-Type") != problemType || !json.Valid(body) {
			t.Errorf("%v %d %v %.300s", err, res.StatusCode, res.Header, body)
		}
		if res.Header.Get("X-Evil") != "" {
			t.Errorf("injected: %v", res.Header)
		}
	}
	if n == 0 {
		t.Error("no answer")
	}
}

func openFiles(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if errors.Is(err, os.ErrNotExist) {
		t.Log("open files cannot be counted on this system")
		return 0
	}
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// badBodies are bad JSON, and JSON that is nothing that is read here.
func badBodies() map[string]string {
	return map[string]string{
		"empty": "", "blank": " \n\t", "cut": `{"text":"a`, "no value": `{"text":}`, "two values": `{"text":"a"}{"text":"b"}`,
		"trailing": `{"text":"a"} x`, "trailing comma": `{"text":"a",}`, "single quotes": `{'text':'a'}`, "comment": `{"text":"a"/*x*/}`,
		"array": `[]`, "string": `"a"`, "number": `1`, "null": `null`, "true": `true`, "NaN": `{"context":{"a":NaN}}`,
		"member twice": `{"text":"a","text":"b"}`, "member in two cases": `{"text":"a","TEXT":"b"}`, "escaped twice": `{"text":"a","t\u0065xt":"b"}`,
		"nested twice": `{"text":"a","context":{"x":1,"x":2}}`, "unknown member": `{"text":"a","labels":{}}`, "prototype": `{"text":"a","__proto__":{"admin":true}}`,
		"bad UTF-8": "{\"text\":\"\xff\xfe\"}", "overlong UTF-8": "{\"text\":\"\xc0\xaf\"}", "surrogate bytes": "{\"text\":\"\xed\xa0\x80\"}",
		"NUL": `{"text":"a\u0000b"}`, "raw NUL": "{\"text\":\"a\x00b\"}", "raw newline": "{\"text\":\"a\nb\"}", "BOM": "\xef\xbb\xbf{\"text\":\"a\"}", "UTF-16": "\xff\xfe{\x00}\x00",
		"deep arrays": `{"context":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "}", "deep objects": strings.Repeat(`{"a":`, 20000),
		"deep and cut": strings.Repeat("[", 100000), "text is a number": `{"text":1}`, "text is an object": `{"text":{}}`, "photos is a string": `{"photos":"a"}`,
		"photos holds null": `{"photos":[null]}`, "huge number": `{"context":{"a":1e999}}`, "long number": `{"context":{"a":` + strings.Repeat("9", 5000) + `}}`,
		"bad escape": `{"text":"\x"}`, "cut escape": `{"text":"\u12"}`, "control character": "{\"text\":\"\x01\"}", "only a quote": `"`, "backslash": `{"\`,
		"XML": `<claim/>`, "form": "text=a&b=c", "empty object": `{}`, "blank text": `{"text":"  \n "}`,
	}
}

// hostileJSON is bad JSON, and JSON that is no claim, for each route that reads it.
func hostileJSON() (out []malformed) {
	bodies := badBodies()
	for _, path := range []string{"/v1/claims", "/v1/search"} {
		for name, body := range bodies {
			out = append(out, malformed{name: "json " + path + " " + name, method: "POST", path: path, body: body, header: []string{"Content-Type", typeJSON}})
		}
	}
	for name, body := range map[string]string{
		"bad time": `{"text":"a","received_at":"yesterday"}`, "time before time": `{"text":"a","received_at":"0001-02-01T00:00:00Z"}`, "fact is an array": `{"text":"a","context":{"a":[1]}}`,
		"fact is null": `{"text":"a","context":{"a":null}}`, "fact without a name": `{"text":"a","context":{"":1}}`, "control in sku": `{"text":"a","sku":"a\nb"}`, "context is an array": `{"text":"a","context":[]}`,
		"id of an object": `{"text":"a","id":{"$ne":1}}`, "product too long": `{"text":"a","product":"` + strings.Repeat("x", 5000) + `"}`,
	} {
		out = append(out, malformed{name: "claim " + name, method: "POST", path: "/v1/claims", body: body, header: []string{"Content-Type", typeJSON}})
	}
	for _, url := range []string{"", "x", "ftp://example.com/", "javascript:alert(1)", "https://", "https://u:p@example.com/", "https://exa\\u0001mple.com/", "//example.com"} {
		out = append(out, malformed{name: "webhook " + url, method: "POST", path: "/v1/webhooks", body: `{"url":"` + url + `"}`, header: []string{"Content-Type", typeJSON}})
	}
	for _, body := range []string{`{"text":"a","k":0.5}`, `{"text":"a","k":-1}`, `{"text":"a","k":201}`, `{"text":"a","by":"smell"}`, `{"text":"a","filter":{"state":"x"}}`, `{"text":"a","filter":{"labels":["x"]}}`, `{"text":"a","filter":{"owner":"x"}}`, `{"text":"a","filter":{"cluster":"' or 1=1"}}`} {
		out = append(out, malformed{name: "search " + body, method: "POST", path: "/v1/search", body: body, header: []string{"Content-Type", typeJSON}})
	}
	return out
}

// hostileFuzz breaks a good claim at random places, the same in each run, until it is no
// claim any more.
func hostileFuzz() (out []malformed) {
	good := `{"id":"r","text":"torn \u00e4","product":"p","context":{"batch":"b","n":1.5},"photos":[]}`
	random := rand.New(rand.NewPCG(4, 4))
	for len(out) < 60 {
		b := []byte(good)
		for range 1 + random.IntN(4) {
			switch at := random.IntN(len(b)); random.IntN(3) {
			case 0:
				b[at] = byte(random.IntN(256))
			case 1:
				b = slices.Delete(b, at, min(at+1+random.IntN(5), len(b)))
			default:
				b = slices.Insert(b, at, `{}[]":,\`[random.IntN(8)])
			}
		}
		if !json.Valid(b) || !bytes.ContainsAny(b, "{") {
			out = append(out, malformed{name: fmt.Sprintf("fuzz %d", len(out)), method: "POST", path: "/v1/claims", body: string(b), header: []string{"Content-Type", typeJSON}, status: []int{400}})
		}
	}
	return out
}

func hostilePaths() (out []malformed) {
	for _, path := range []string{
		"/", "/v1", "/v1/", "/v2/claims", "/v1/claims/", "/v1/claimsx", "/V1/claims", "/v1//claims", "//v1/claims", "/v1/./claims", "/v1/x/../claims", "/../etc/passwd",
		"/v1/claims/..%2f..%2fetc%2fpasswd", "/v1/claims/%2e%2e/keys", "/v1/claims/%2E%2E%2Fkeys", "/v1/claims/..", "/v1/claims/.", "/v1/claims/%00", "/v1/claims/a%0d%0aX-Evil:1",
		"/v1/claims/%ff", `/v1/claims/..\..\x`, "/v1/claims/1", "/v1/claims/'%20or%201=1--", "/v1/claims/" + strings.Repeat("a", 5000), "/v1/claims/" + strings.ToUpper(uuid.NewString()),
		"/v1/claims/" + uuid.NewString(), "/v1/claims/" + uuid.NewString() + "/photos/0", "/v1/claims/" + uuid.NewString() + "/similar", "/v1/clusters/x", "/v1/clusters/" + uuid.NewString(),
		"/v1/webhooks/x/deliveries", "/v1/webhooks/%00/deliveries", "/openapi.xml", "/openapi.json/", "/openapi.json%00", "/debug/pprof/", "/.env", "/%2e%2e/%2e%2e/etc/passwd",
	} {
		out = append(out, malformed{name: "path " + path[:min(len(path), 60)], method: "GET", path: path})
	}
	return out
}

func hostileTypes() (out []malformed) {
	for _, m := range []string{"PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get", "X"} {
		out = append(out, malformed{name: "method " + m, method: m, path: "/v1/claims", status: []int{405}})
	}
	for _, path := range []string{"/v1/classify", "/v1/search", "/v1/claims:batch"} {
		out = append(out, malformed{name: "GET " + path, method: "GET", path: path, status: []int{405}}, malformed{name: "HEAD " + path, method: "HEAD", path: path})
	}
	for _, path := range []string{"/v1/models", "/v1/taxonomies", "/v1/jobs/dead", "/openapi.json"} {
		out = append(out, malformed{name: "POST " + path, method: "POST", path: path, body: "{}"})
	}
	for _, kind := range []string{"", "text/plain", "text/json", "application/xml", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "application/cbor", "application/problem+json",
		"multipart/mixed; boundary=a", "a", "/", ";;;", "application/json;;", "application/json, text/plain"} {
		out = append(out, malformed{name: "type " + kind, method: "POST", path: "/v1/claims", body: `{"text":"a"}`, header: []string{"Content-Type", kind}, status: []int{415}})
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	io.WriteString(w, `{"text":"a"}`)
	w.Close()
	return append(out, malformed{name: "gzip", method: "POST", path: "/v1/claims", body: packed.String(), header: []string{"Content-Type", typeJSON, "Content-Encoding", "gzip"}, status: []int{415}})
}

// hostilePhotos is server-side request forgery, and files that are no photos.
func hostilePhotos() (out []malformed) {
	for _, url := range []string{
		"http://127.0.0.1/", "http://127.0.0.1:8080/v1/claims", "http://localhost/", "http://LOCALHOST./", "http://[::1]/", "http://0.0.0.0/", "http://0/", "http://2130706433/", "http://0x7f.1/", "http://017700000001/",
		"http://169.254.169.254/latest/meta-data/", "http://[fe80::1]/", "http://[::ffff:127.0.0.1]/", "http://10.1.2.3/", "http://172.16.0.1/", "http://192.168.1.1/a.jpg", "http://100.64.0.1/", "http://[fc00::1]/", "http://224.0.0.1/",
		"file:///etc/passwd", "gopher://127.0.0.1:70/_", "dict://127.0.0.1/", "ftp://example.com/a.jpg", "data:image/png;base64,AAAA", "jar:http://example.com!/", "http://user:pass@example.com/a.jpg", "http://example.com:22/", "https://",
		"http://", "//example.com/a", "http:/example.com", "javascript:alert(1)", "http://exa mple.com/", "http://[::1", "http://a%00b/", "http://example.com\\u000d\\u000aX-Evil:1/", "http://" + strings.Repeat("a", 9000) + ".com/", "a.jpg", "../../etc/passwd",
	} {
		out = append(out, malformed{name: "url " + url[:min(len(url), 60)], method: "POST", path: "/v1/claims", body: `{"photos":[{"url":"` + url + `"}]}`, header: []string{"Content-Type", typeJSON}, status: []int{400, 422}})
	}
	for name, data := range map[string]string{
		"base64": "!!!!", "padding": "QQ", "text": base64.StdEncoding.EncodeToString([]byte("hello")), "pdf": base64.StdEncoding.EncodeToString([]byte("%PDF-1.7 x")), "svg": base64.StdEncoding.EncodeToString([]byte("<svg onload=alert(1)>")),
		"empty": "", "zip": base64.StdEncoding.EncodeToString([]byte("PK\x03\x04aaaa")),
	} {
		out = append(out, malformed{name: "photo " + name, method: "POST", path: "/v1/claims", body: `{"photos":[{"data":"` + data + `"}]}`, header: []string{"Content-Type", typeJSON}})
	}
	return out
}

func hostileMultipart() (out []malformed) {
	part := func(disposition, body string) string {
		return "--b\r\nContent-Disposition: " + disposition + "\r\n\r\n" + body + "\r\n"
	}
	good := part(`form-data; name="claim"`, `{"text":"a"}`)
	for name, body := range map[string]string{
		"empty": "", "no parts": "--b--\r\n", "no end": good, "cut": good[:30], "no boundary inside": "hello", "twice": good + good + "--b--",
		"unknown part": good + part(`form-data; name="file"`, "x") + "--b--", "no name": part(`form-data`, "x") + "--b--", "bad JSON": part(`form-data; name="claim"`, "{") + "--b--",
		"no photo": good + part(`form-data; name="photo"; filename="a.jpg"`, "hello") + "--b--", "empty photo": good + part(`form-data; name="photo"`, "") + "--b--", "path": good + part(`form-data; name="photo"; filename="../../../etc/cron.d/x"`, "x") + "--b--",
		"encoded": "--b\r\nContent-Disposition: form-data; name=\"photo\"\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--b--", "many": strings.Repeat(part(`form-data; name="photo"`, string(picture(1))), MaxParts+1) + "--b--",
		"many headers": "--b\r\n" + strings.Repeat("A: b\r\n", 20000) + "\r\n\r\n--b--", "a long header": "--b\r\nContent-Disposition: form-data; name=\"" + strings.Repeat("a", 1<<20) + "\"\r\n\r\nx\r\n--b--",
		"no header end": "--b\r\nContent-Disposition: form-data", "blank text": part(`form-data; name="claim"`, `{"text":" "}`) + "--b--",
	} {
		out = append(out, malformed{name: "multipart " + name, method: "POST", path: "/v1/claims", body: body, header: []string{"Content-Type", "multipart/form-data; boundary=b"}})
	}
	for _, kind := range []string{"multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + strings.Repeat("b", 71), "multipart/form-data; boundary=\"a\x01b\""} {
		out = append(out, malformed{name: "boundary " + kind[:min(len(kind), 50)], method: "POST", path: "/v1/claims", body: good + "--b--", header: []string{"Content-Type", strings.ReplaceAll(kind, "\x01", ";")}})
	}
	return append(out, malformed{name: "multipart search", method: "POST", path: "/v1/search", body: good + "--b--", header: []string{"Content-Type", "multipart/form-data; boundary=b"}})
}

func hostileQueries(id string) (out []malformed) {
	for _, q := range []string{
		"after=%00", "after=x", "after=%ff", "after=' or 1=1", "after=" + strings.Repeat("a", 600), "limit=-1", "limit=1e3", "limit=99999999999999999999", "limit=x", "limit=", "limit=1&limit=2", "state=%0d%0aX-Evil:1",
		"from=2026-13-01", "until=x", "label=a", "label=%00=b", strings.Repeat("label=a=b&", 11), "%zz=1", "a=%", "a;b", "=1", "text=%f0%28", "cluster=../x", "order=desc", "abstained=2", "product=" + strings.Repeat("x", 300),
	} {
		status := []int{400, 422}
		if q == "limit=" {
			continue // an empty parameter is one that is not given
		}
		out = append(out, malformed{name: "query " + q[:min(len(q), 40)], method: "GET", path: "/v1/claims?" + strings.ReplaceAll(q, " ", "+"), status: status})
	}
	for _, q := range []string{"k=0", "k=201", "k=x", "by=smell", "labels=1"} {
		out = append(out, malformed{name: "similar " + q, method: "GET", path: "/v1/claims/" + id + "/similar?" + q, status: []int{422}})
	}
	for _, n := range []string{"1", "20", "-1", "x", "00x", "999999999999999999999", "%30%00"} {
		out = append(out, malformed{name: "photo number " + n, method: "GET", path: "/v1/claims/" + id + "/photos/" + n})
	}
	return out
}

func hostileHeaders() (out []malformed) {
	for _, key := range []string{"a b", "ä", strings.Repeat("k", 256), "a\tb"} {
		out = append(out, malformed{name: "key " + key[:1], method: "POST", path: "/v1/claims", body: `{"text":"a"}`, header: []string{"Content-Type", typeJSON, "Idempotency-Key", key}})
	}
	for _, host := range []string{"evil.example", "127.0.0.1.evil.example", "a@b", "[::1", "169.254.169.254"} {
		out = append(out, malformed{name: "host " + host, method: "GET", path: "/v1/claims", header: []string{"Host", host}})
	}
	return append(out,
		malformed{name: "cross origin", method: "POST", path: "/v1/claims", body: `{"text":"a"}`, header: []string{"Content-Type", typeJSON, "Origin", "https://evil.example"}, status: []int{403}},
		malformed{name: "null origin", method: "POST", path: "/v1/claims", body: `{"text":"a"}`, header: []string{"Content-Type", typeJSON, "Origin", "null"}, status: []int{403}},
		malformed{name: "large headers", method: "GET", path: "/v1/claims", header: []string{"X-A", strings.Repeat("a", 20000)}, status: []int{431}},
		malformed{name: "batch type", method: "POST", path: "/v1/claims:batch", body: `{}`, header: []string{"Content-Type", typeJSON}, status: []int{415}},
	)
}

// hostileRaw is what net/http answers before any handler runs, and what libraries refuse to send.
func hostileRaw() map[string]string {
	post := "POST /v1/claims HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
	return map[string]string{
		"no HTTP": "hello\r\n\r\n", "no version": "GET /v1/claims\r\n\r\n", "bad version": "GET /v1/claims HTTP/x\r\n\r\n", "no host": "GET /v1/claims HTTP/1.1\r\n\r\n", "two hosts": "GET /v1/claims HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
		"header without colon": "GET /v1/claims HTTP/1.1\r\nHost: localhost\r\nevil\r\n\r\n", "space before colon": "GET /v1/claims HTTP/1.1\r\nHost: localhost\r\nX : a\r\n\r\n", "NUL in header": "GET /v1/claims HTTP/1.1\r\nHost: localhost\r\nX: a\x00b\r\n\r\n",
		"huge header": "GET /v1/claims HTTP/1.1\r\nHost: localhost\r\nX: " + strings.Repeat("a", 2*HardHeader) + "\r\n\r\n", "bad length": post + "Content-Length: x\r\n\r\n{}", "negative length": post + "Content-Length: -1\r\n\r\n{}",
		"two lengths": post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "smuggling": post + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /v1/models HTTP/1.1\r\n\r\n",
		"bad chunk": post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}", "cut chunk": post + "Transfer-Encoding: chunked\r\n\r\nff\r\n{}", "short body": post + "Content-Length: 50\r\n\r\n{\"text\":", "star": "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"connect": "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n", "absolute": "GET http://evil.example/v1/claims HTTP/1.1\r\nHost: localhost\r\n\r\n", "no slash": "GET v1/claims HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"request id": "GET /v1/nothing HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: a\rX-Evil: 1\r\n\r\n", "expect": post + "Expect: 100-continue\r\nContent-Length: 1\r\n\r\n{",
		"says too much": post + fmt.Sprintf("Content-Length: %d\r\n\r\n{", MaxBody+1), "endless URL": "GET /v1/claims?" + strings.Repeat("a", 20000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
	}
}

// TestHugeBodiesAreNotHeld sends 200 MB to every route that reads and looks at what was taken.
func TestHugeBodiesAreNotHeld(t *testing.T) {
	r := start(t, open)
	for path, kind := range map[string]string{"/v1/claims": typeJSON, "/v1/classify": "multipart/form-data; boundary=b", "/v1/webhooks": typeJSON} {
		req, err := http.NewRequestWithContext(t.Context(), "POST", r.url+path, io.LimitReader(endless{}, 200<<20))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", kind)
		res, err := r.http.Do(req)
		if err != nil {
			continue // the server closed while we sent; the client may see that first
		}
		res.Body.Close()
		if res.StatusCode != 413 && res.StatusCode != 400 {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	if got := r.post(t, "/v1/claims", `{"text":"a"}`); got.StatusCode != 202 {
		t.Errorf("afterwards: %d", got.StatusCode)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}
