package storetest

import (
	"time"

	"github.com/defekt/defekt/pipeline/store"
)

func reviewerCases() []testCase {
	return []testCase{
		{"kept, changed and listed", reviewersKept},
		{"names and subjects are taken once", reviewersTaken},
		{"sessions", sessionsKept},
	}
}

// person is a reviewer of a name.
func person(name string) store.Reviewer {
	return store.Reviewer{ID: groupID(name), Name: name, Roles: []store.ReviewRole{store.ReviewerRole}, Password: "$argon2id$x",
		CreatedAt: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)}
}

func reviewersKept(b *bench) {
	anna, zoe := person("anna"), person("Zoë")
	anna.Langs, anna.Products, anna.Axes = []string{"fi", "de"}, []string{"Kettle, large"}, []string{"severity"}
	anna.Roles, anna.Subject = []store.ReviewRole{store.ReviewerRole, store.AdminRole}, "https://id.example\nanna"
	b.check(b.store.AddReviewer(b.ctx, anna))
	b.check(b.store.AddReviewer(b.ctx, zoe))
	list, err := b.store.Reviewers(b.ctx)
	b.check(err)
	b.same("by name, in bytes", list, []store.Reviewer{zoe, anna})
	for what, find := range map[string]func() (store.Reviewer, error){
		"id":      func() (store.Reviewer, error) { return b.store.Reviewer(b.ctx, anna.ID) },
		"name":    func() (store.Reviewer, error) { return b.store.ReviewerByName(b.ctx, "anna") },
		"subject": func() (store.Reviewer, error) { return b.store.ReviewerBySubject(b.ctx, anna.Subject) },
	} {
		got, err := find()
		b.check(err)
		b.same(what, got, anna)
	}
	changed := anna
	changed.Name, changed.Roles, changed.Password, changed.Subject, changed.Langs = "Anna", nil, "", "", nil
	changed.Products, changed.Axes, changed.DisabledAt = nil, nil, anna.CreatedAt.Add(time.Hour)
	later := changed
	later.CreatedAt = anna.CreatedAt.Add(time.Minute) // does not change
	b.check(b.store.SetReviewer(b.ctx, later))
	got, err := b.store.ReviewerByName(b.ctx, "Anna")
	b.check(err)
	b.same("changed", got, changed)
	_, err = b.store.ReviewerByName(b.ctx, "anna")
	b.wantErr(err, store.ErrNotFound)
	_, err = b.store.ReviewerBySubject(b.ctx, "")
	b.wantErr(err, store.ErrNotFound)
	b.wantErr(b.store.SetReviewer(b.ctx, person("nobody")), store.ErrNotFound)
}

func reviewersTaken(b *bench) {
	anna, bert := person("anna"), person("bert")
	anna.Subject = "s"
	b.check(b.store.AddReviewer(b.ctx, anna))
	b.wantErr(b.store.AddReviewer(b.ctx, anna), store.ErrConflict)
	b.check(b.store.AddReviewer(b.ctx, bert))
	carl := person("carl")
	carl.Name = "anna"
	b.wantErr(b.store.AddReviewer(b.ctx, carl), store.ErrConflict)
	carl.Name, carl.Subject = "ANNA", "s"
	b.wantErr(b.store.AddReviewer(b.ctx, carl), store.ErrConflict)
	carl.Subject = ""
	b.check(b.store.AddReviewer(b.ctx, carl))
	bert.Name = "anna"
	b.wantErr(b.store.SetReviewer(b.ctx, bert), store.ErrConflict)
}

func sessionsKept(b *bench) {
	anna, bert := person("anna"), person("bert")
	b.check(b.store.AddReviewer(b.ctx, anna))
	b.check(b.store.AddReviewer(b.ctx, bert))
	session := func(hash, who string, hours int) store.Session {
		s := store.Session{Hash: hash, Reviewer: who, CreatedAt: anna.CreatedAt, ExpiresAt: anna.CreatedAt.Add(time.Duration(hours) * time.Hour)}
		b.check(b.store.AddSession(b.ctx, s))
		return s
	}
	first := session("h1", anna.ID, 1)
	session("h2", anna.ID, 5)
	session("h3", bert.ID, 1)
	session("h4", bert.ID, 5)
	got, err := b.store.Session(b.ctx, "h1")
	b.check(err)
	b.same("session", got, first)
	b.wantErr(b.store.AddSession(b.ctx, first), store.ErrConflict)
	first.Hash, first.Reviewer = "h9", groupID("nobody")
	b.wantErr(b.store.AddSession(b.ctx, first), store.ErrNotFound)

	b.check(b.store.EndSession(b.ctx, "h2"))
	b.check(b.store.EndSession(b.ctx, "h2"))
	b.check(b.store.EndSessions(b.ctx, anna.ID, anna.CreatedAt.Add(time.Hour)))
	for hash, there := range map[string]bool{"h1": false, "h2": false, "h3": false, "h4": true} {
		switch _, err := b.store.Session(b.ctx, hash); {
		case there:
			b.check(err)
		default:
			b.wantErr(err, store.ErrNotFound)
		}
	}
}
