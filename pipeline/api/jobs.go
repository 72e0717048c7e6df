package api

import (
	"context"
	"log/slog"
	"strings"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/store"
)

type jobsIn struct {
	Limit int `query:"limit" minimum:"1" maximum:"500" doc:"100 unless told."`
}

type jobsOut struct{ Body wire.JobList }

func (s *Server) deadJobs(ctx context.Context, in *jobsIn) (*jobsOut, error) {
	limit := in.Limit
	if limit == 0 {
		limit = 100
	}
	jobs, err := s.cfg.Jobs.Dead(ctx, limit)
	if err != nil {
		return nil, err
	}
	out := &jobsOut{wire.JobList{Jobs: []wire.Job{}}}
	for _, j := range jobs {
		out.Body.Jobs = append(out.Body.Jobs, wire.Job{ID: j.ID, Kind: string(j.Kind), On: j.On, Attempts: j.Attempts, Failure: j.Failure, At: j.At})
	}
	return out, nil
}

func (s *Server) requeueJob(ctx context.Context, in *idIn) (*struct{}, error) {
	if !isName(in.ID) {
		return nil, store.ErrNotFound
	}
	callOf(ctx).note(slog.String("job", in.ID))
	return nil, s.cfg.Jobs.Requeue(ctx, in.ID)
}

// isName says whether s could be the id of a job or webhook.
func isName(s string) bool {
	return len(s) >= 1 && len(s) <= 64 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == ""
}
