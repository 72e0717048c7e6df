package guard

import (
	"strings"
	"testing"
)

// TestCheckURL takes the forms in which addresses have been smuggled past checks. What passes
// here for being a name (such as localhost) is caught when it is resolved.
func TestCheckURL(t *testing.T) {
	g := newGuard(t, Config{Ports: []int{80, 443, 8080}})
	for want, urls := range map[Reason][]string{
		"": {
			"http://photos.example/a.jpg", "https://photos.example/a%20b.jpg?sig=a/b&x=1#top", "HTTPS://Photos.Example", "https://8.8.8.8/",
			"http://[2606:4700::1111]/", "http://[::ffff:8.8.8.8]/", "http://photos.example:8080/", "http://photos.example:/", "http://localhost/",
			"http://xn--bcher-kva.example/", "http://a_b.example/", "http://1.2.3.4.example/", "http://photos.example./", "http://deadbeef/",
		},
		Scheme: {
			"", "photos.example/a.jpg", "//photos.example/", "file:///etc/passwd", "ftp://photos.example/", "gopher://127.0.0.1:6379/_x",
			"data:image/png;base64,AAAA", "javascript:alert(1)", "unix:///var/run/docker.sock", "dict://x/", "jar:http://x!/", "httpx://photos.example/", "/etc/passwd", "a.jpg",
		},
		Userinfo: {
			"http://user@photos.example/", "http://user:pw@photos.example/", "http://photos.example@127.0.0.1/", "http://127.0.0.1@photos.example/", "http://@photos.example/",
			"http://photos.example:80@127.0.0.1/", "http://photos.example%2f@127.0.0.1/", "http://photos.example%23@127.0.0.1/", "http://a@b@127.0.0.1/",
		},
		Port: {
			"http://photos.example:22/", "http://photos.example:0/", "http://photos.example:65536/", "http://photos.example:99999999999999999999/",
			"https://photos.example:6379/", "http://8.8.8.8:25/", "http://photos.example:00/",
		},
		Address: {
			"http://127.0.0.1/", "http://127.1.2.3:8080/", "http://0.0.0.0/", "http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/",
			"http://[0:0:0:0:0:ffff:10.0.0.1]/", "http://[::127.0.0.1]/", "http://[64:ff9b::127.0.0.1]/", "http://[2002:7f00:1::]/", "http://[fe80::1%25eth0]/",
			"http://[fd00:ec2::254]/", "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://192.168.1.1/", "http://100.64.0.1/", "http://127.0.0.1./", "http://[FE80::1]/",
		},
		Malformed: {
			"http:///etc/passwd", "http://", "http:photos.example", "http://?x", "http://:80/", "https:opaque", "http://#x", " http://photos.example/", "http://photos.example/ ",
			"http://2130706433/", "http://0x7f000001/", "http://0X7F.1/", "http://017700000001/", "http://0177.0.0.1/", "http://127.1/", "http://127.0.1/", "http://0/",
			"http://127.0.0.01/", "http://0x7f.0.0.0x1/", "http://256.256.256.256/", "http://1.2.3.4.5/", "http://photos.example.1/", "http://2130706433./", "http://0x/",
			"http://photos.example\\@127.0.0.1/", "http://photos.example\r\nHost: x/", "http://photos.example/\x00", "http://exa mple/", "http://[::1/", "http://::1/", "http://[v1.x]/", "http://%31%32%37.0.0.1/",
			"http://photos.example:port/", "http://photos.example:-1/", "http://photos.example:80:80/", "http://photos.example/" + strings.Repeat("a", maxURL), "http://./", "http://photos.example%00/",
		},
	} {
		for _, u := range urls {
			_, err := g.CheckURL(u)
			wantReason(t, u[:min(len(u), 60)], err, want)
		}
	}
}

func TestCheckURLDoesNotRepeatPasswords(t *testing.T) {
	g := newGuard(t, Config{})
	for _, u := range []string{"http://u:hunter2@photos.example/", "http://u:hunter2@exa mple/", "http://u:hunter2@[::1/"} {
		_, err := g.CheckURL(u)
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%v", err)
		}
	}
}

func FuzzCheckURL(f *testing.F) {
	for _, u := range []string{"http://photos.example/", "http://2130706433/", "http://[::1]:80/x", "http://a@b@c/", "http://127.0.0.1./"} {
		f.Add(u)
	}
	g, err := New(Config{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		u, err := g.CheckURL(raw)
		if err != nil {
			return
		}
		if u.User != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
			t.Errorf("%q passed as %+v", raw, u)
		}
		again, err := g.CheckURL(u.String())
		if err != nil || again.Host != u.Host {
			t.Errorf("%q passes, what it is printed as does not: %v", raw, err)
		}
	})
}
