package main

import (
	"context"
	"runtime"
	"time"

	"github.com/defekt/defekt/datasets/simulate/world"
	"github.com/defekt/defekt/pipeline/bench"
)

// speed is what a full scan and further claims take, but for the store's part of it.
type speed struct {
	Claims int     `json:"claims"`
	Groups int     `json:"groups"`
	Units  int     `json:"units"`
	Scan   float64 `json:"scan_seconds"` // by the clock
	CPU    float64 `json:"scan_processor_seconds"`
	Claim  float64 `json:"claim_milliseconds"` // processor time, of one look for each claim
	Memory float64 `json:"memory_mib"`         // taken from the system by this whole program so far
}

const (
	// more is the claims that come after the scan that is timed, one by one.
	more = 300
	// noRescan is the days between scans where none is to come.
	noRescan = 10_000
)

// measure scans a world's claims (about 100,000) but for the last ones, and takes these in one by one.
func measure(cfg world.Config) (*speed, error) {
	h, err := hold(cfg)
	if err != nil {
		return nil, err
	}
	h.limit = len(h.claims) - more
	h.today = world.Day(h.claims[h.limit-1].CreatedAt.Unix() / 86400)
	h.clock = h.today.Time().Add(looked)
	w, err := h.watch(noRescan)
	if err != nil {
		return nil, err
	}
	runtime.GC()
	began, cpu := time.Now(), bench.CPU()
	done, err := w.Scan(context.Background())
	if err != nil {
		return nil, err
	}
	s := &speed{Claims: done.Claims, Groups: done.Groups, Units: done.Units, Scan: time.Since(began).Seconds(), CPU: (bench.CPU() - cpu).Seconds()}
	cpu = bench.CPU()
	for range more {
		h.clock = h.clock.Add(time.Second)
		c := &h.claims[h.limit]
		c.CreatedAt, c.Claim.ReceivedAt = h.clock, h.clock
		h.limit++
		if err := w.Tend(context.Background()); err != nil {
			return nil, err
		}
	}
	s.Claim = (bench.CPU() - cpu).Seconds() * float64(time.Second/time.Millisecond) / more
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	s.Memory = float64(m.Sys) / (1 << 20)
	return s, nil
}
