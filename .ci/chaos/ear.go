package main

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// ear hears webhooks: which messages came for which claim. A message may come twice, since
// its sender may die between sending and noting it; two messages for one claim may not.
type ear struct {
	l      net.Listener
	server *http.Server

	mu       sync.Mutex
	messages map[string]map[string]bool // claim to webhook-ids
}

func newEar() (*ear, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	e := &ear{l: l, messages: map[string]map[string]bool{}}
	e.server = &http.Server{Handler: e, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = e.server.Serve(l) }()
	return e, nil
}

func (e *ear) url() string { return "http://" + e.l.Addr().String() + "/hook" }

func (e *ear) close() { _ = e.server.Close() }

// ServeHTTP notes the message.
func (e *ear) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	var event struct {
		Data struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	if err != nil || json.Unmarshal(body, &event) != nil || event.Data.ID == "" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.messages[event.Data.ID] == nil {
		e.messages[event.Data.ID] = map[string]bool{}
	}
	e.messages[event.Data.ID][r.Header.Get("webhook-id")] = true
}

// heard is the number of claims whose outcome was announced.
func (e *ear) heard() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.messages)
}

// twice lists claims with more than one message.
func (e *ear) twice() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var out []string
	for claim, messages := range e.messages {
		if len(messages) > 1 {
			out = append(out, claim)
		}
	}
	return out
}
