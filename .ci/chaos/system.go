package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// system is the server under test, with a worker beside it where the database allows.
type system struct {
	o               options
	dir, addr, kind string
	repeated        atomic.Int64

	mu                sync.Mutex
	processes         []*process // server first
	killed, restarted int
}

type process struct {
	args []string
	cmd  *exec.Cmd
}

func newSystem(_ context.Context, o options, dir string) (*system, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &system{o: o, dir: dir, addr: l.Addr().String(), kind: "sqlite"}
	if err := l.Close(); err != nil {
		return nil, err
	}
	db := "sqlite://" + filepath.Join(dir, "defekt.db")
	if o.db != "sqlite" {
		db, s.kind = o.db, "postgres"
	}
	common := []string{"--db", db, "--blobs", filepath.Join(dir, "blobs"), "--job-timeout", "5s", "--rescue", "8s"}
	s.processes = []*process{{args: append([]string{"serve", "--listen", s.addr, "--webhook-private"}, common...)}}
	if s.kind == "postgres" {
		s.processes = append(s.processes, &process{args: append([]string{"worker", "--webhook-private"}, common...)})
	}
	return s, nil
}

func (s *system) start(ctx context.Context) error {
	for _, p := range s.processes {
		if err := s.run(p); err != nil {
			return err
		}
	}
	return s.ready(ctx)
}

// run starts a process; its log goes to a file that grows over all its lives.
func (s *system) run(p *process) error {
	log, err := os.OpenFile(filepath.Join(s.dir, p.args[0]+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close() //nolint:errcheck // the process holds its own
	p.cmd = exec.Command(s.o.program, p.args...)
	p.cmd.Stdout, p.cmd.Stderr = log, log
	return p.cmd.Start()
}

func (s *system) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.processes {
		if p.cmd != nil {
			_ = p.cmd.Process.Kill()
			_ = p.cmd.Wait()
		}
	}
}

func (s *system) ready(ctx context.Context) error {
	for began := time.Now(); time.Since(began) < time.Minute; time.Sleep(50 * time.Millisecond) {
		if r, err := s.do(ctx, "GET", "/readyz", nil, nil); err == nil && r.status == http.StatusOK {
			return nil
		}
	}
	return errors.New("the server does not get ready")
}

// torment kills processes at random moments and restarts the database twice.
func (s *system) torment(ctx context.Context, r *rand.Rand) {
	for n := range s.o.kills {
		time.Sleep(time.Duration(r.Int64N(int64(2 * s.o.span / time.Duration(s.o.kills)))))
		p := s.processes[r.IntN(len(s.processes))]
		s.mu.Lock()
		_ = p.cmd.Process.Kill() // SIGKILL
		_ = p.cmd.Wait()
		s.killed++
		s.mu.Unlock()
		time.Sleep(time.Duration(r.IntN(500)) * time.Millisecond)
		if s.o.restart != "" && (n == s.o.kills/3 || n == 2*s.o.kills/3) {
			if out, err := exec.CommandContext(ctx, "bash", "-c", s.o.restart).CombinedOutput(); err != nil {
				fmt.Fprintf(os.Stderr, "restart: %v\n%s", err, out)
			} else {
				s.restarted++
			}
		}
		s.mu.Lock()
		if err := s.run(p); err != nil {
			fmt.Fprintln(os.Stderr, "start:", err)
		}
		s.mu.Unlock()
	}
}

// showLogs prints the end of what the processes logged.
func (s *system) showLogs(w io.Writer) {
	const end = 6000
	for _, p := range s.processes {
		log, _ := os.ReadFile(filepath.Join(s.dir, p.args[0]+".log"))
		fmt.Fprintf(w, "== end of the log of %s\n%s\n", p.args[0], log[max(0, len(log)-end):])
	}
}

type reply struct {
	status int
	body   []byte
}

func (s *system) do(ctx context.Context, method, path string, header map[string]string, body any) (reply, error) {
	var r io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return reply{}, err
		}
		r = bytes.NewReader(data)
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, "http://"+s.addr+path, r)
	if err != nil {
		return reply{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	for k, v := range header {
		req.Header.Set(k, v)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close() //nolint:errcheck // only read from
	data, err := io.ReadAll(resp.Body)
	return reply{resp.StatusCode, data}, err
}

var stories = []string{"The hinge broke off after %d days", "Screen stays black, tried %d chargers", "Leaks at the seam since day %d", "Rust on %d screws out of the box"}

// post sends claim n until the server has accepted it, and gives its id.
func (s *system) post(ctx context.Context, key string, n int) (string, error) {
	body := map[string]any{"id": key, "text": fmt.Sprintf(stories[n%len(stories)], n), "product": "chair", "context": map[string]any{"days_since_delivery": n % 400}}
	for began := time.Now(); time.Since(began) < 3*time.Minute; time.Sleep(100 * time.Millisecond) {
		r, err := s.do(ctx, "POST", "/v1/claims", map[string]string{"Idempotency-Key": key}, body)
		if err != nil || r.status == http.StatusTooManyRequests || r.status >= 500 {
			s.repeated.Add(1)
			continue
		}
		var c struct {
			ID string `json:"id"`
		}
		if r.status >= 300 {
			return "", fmt.Errorf("claim %s: status %d: %s", key, r.status, r.body)
		}
		return c.ID, join(json.Unmarshal(r.body, &c), &c.ID)
	}
	return "", fmt.Errorf("claim %s was not accepted within three minutes", key)
}

// join hands out an error unless the id came.
func join(err error, id *string) error {
	if err == nil && *id == "" {
		return fmt.Errorf("an answer without an id")
	}
	return err
}

// states lists all claims: id to state.
func (s *system) states(ctx context.Context) (map[string]string, error) {
	states := map[string]string{}
	next := ""
	for {
		r, err := s.do(ctx, "GET", "/v1/claims?limit=500"+after(next), nil, nil)
		if err != nil || r.status != http.StatusOK {
			return nil, fmt.Errorf("list: status %d, %v: %s", r.status, err, r.body)
		}
		var page struct {
			Claims []struct{ ID, State string } `json:"claims"`
			Next   string                       `json:"next"`
		}
		if err := json.Unmarshal(r.body, &page); err != nil {
			return nil, err
		}
		for _, c := range page.Claims {
			if states[c.ID] != "" {
				return nil, fmt.Errorf("claim %s is listed twice", c.ID)
			}
			states[c.ID] = c.State
		}
		if next = page.Next; next == "" {
			return states, nil
		}
	}
}

func (s *system) subscribe(ctx context.Context, to string) error {
	r, err := s.do(ctx, "POST", "/v1/webhooks", nil, map[string]any{"url": to})
	if err == nil && r.status >= 300 {
		err = fmt.Errorf("status %d: %s", r.status, strings.TrimSpace(string(r.body)))
	}
	return err
}

// after is the parameter of the page behind a cursor.
func after(cursor string) string {
	if cursor == "" {
		return ""
	}
	return "&after=" + url.QueryEscape(cursor)
}
