package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// server is a running `defekt serve`.
type server struct {
	cmd    *exec.Cmd
	base   string
	log    string
	client *http.Client
}

func start(ctx context.Context, o options, dir string, flags ...string) (*server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		return nil, err
	}
	db := o.db
	if db == "" {
		db = "sqlite://" + filepath.Join(dir, "defekt.db")
	}
	s := &server{base: "http://" + addr, log: filepath.Join(dir, "serve.log"), client: &http.Client{
		Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 512, MaxConnsPerHost: 512},
	}}
	log, err := os.Create(s.log)
	if err != nil {
		return nil, err
	}
	defer log.Close() //nolint:errcheck // the process holds its own
	args := append([]string{"serve", "--listen", addr, "--db", db, "--blobs", filepath.Join(dir, "blobs"), "--log-level", "warn"}, flags...)
	s.cmd = exec.Command(o.program, args...)
	s.cmd.Stdout, s.cmd.Stderr = log, log
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	for began := time.Now(); time.Since(began) < time.Minute; time.Sleep(50 * time.Millisecond) {
		if status, _, err := s.do(ctx, "GET", "/readyz", nil, nil); err == nil && status == http.StatusOK {
			return s, nil
		}
	}
	text, _ := os.ReadFile(s.log)
	s.stop()
	return nil, fmt.Errorf("the server does not get ready:\n%s", text)
}

func (s *server) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	_ = s.cmd.Wait()
}

func (s *server) do(ctx context.Context, method, path string, header map[string]string, body []byte) (int, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, s.base+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	for k, v := range header {
		req.Header.Set(k, v)
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close() //nolint:errcheck // only read from
	data, err := io.ReadAll(resp.Body)
	return resp.StatusCode, data, err
}

// metric reads one figure of /metrics; the sum over its labels.
func (s *server) metric(ctx context.Context, name string) float64 {
	_, data, err := s.do(ctx, "GET", "/metrics", nil, nil)
	if err != nil {
		return -1
	}
	sum := 0.0
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		if rest, ok := strings.CutPrefix(line, name); ok && (rest[0] == ' ' || rest[0] == '{') {
			v, _ := strconv.ParseFloat(line[strings.LastIndexByte(line, ' ')+1:], 64)
			sum += v
		}
	}
	return sum
}

// readTexts takes the English starter claims.
func readTexts(file string) ([]string, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read from
	var out []string
	for dec := json.NewDecoder(f); ; {
		var c struct{ Text, Lang string }
		if err := dec.Decode(&c); err == io.EOF {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		if c.Lang == "en" {
			out = append(out, c.Text)
		}
	}
}
