package api

import (
	"context"
	"net/http"
	"time"

	"github.com/defekt/defekt/eval/people"
	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/review/insight"
)

// maxConfusions is how many confusions are listed.
const maxConfusions = 500

// leadRoutes registers what those who lead the review see and do.
func (s *Server) leadRoutes() {
	get, post := http.MethodGet, http.MethodPost
	add(s, route{method: get, path: "/v1/review/agreement", id: "review-agreement", summary: "How far people agree as time goes by, and who differs most", tag: "review", scope: ScopeReview, heavy: true}, s.agreementCourse)
	add(s, route{method: get, path: "/v1/review/confusions", id: "review-confusions", summary: "The model's mistakes that people found, the costliest first", tag: "review", scope: ScopeReview, heavy: true}, s.confusions)
	add(s, route{method: get, path: "/v1/review/trouble", id: "review-trouble", summary: "Labels that people mix up, hardly use or cannot tell, and labels that are two things", tag: "review", scope: ScopeReview, heavy: true}, s.trouble)

	add(s, route{method: post, path: "/v1/taxonomies:preview", id: "preview-taxonomy", summary: "What a new version of the taxonomy would change, or what is wrong with it", tag: "models", scope: ScopeAdmin, heavy: true, body: jsonOf[wire.TaxonomyProposal]()}, s.previewTaxonomy)
	add(s, route{method: post, path: "/v1/taxonomies", id: "publish-taxonomy", summary: "Publish a new version of the taxonomy; 409 when another one was published since", tag: "models", scope: ScopeAdmin, heavy: true, status: http.StatusCreated, body: jsonOf[wire.TaxonomyProposal]()}, s.publishTaxonomy)
}

type agreementIn struct {
	ReviewerQuery
	Period
	By string `query:"by" enum:"week,month" doc:"Spans of 7 or of 30 days. Default: month."`
}

type agreementOut struct{ Body wire.AgreementCourse }

// agreementCourse is GET /v1/review/agreement.
func (s *Server) agreementCourse(ctx context.Context, in *agreementIn) (*agreementOut, error) {
	v, from, until, err := s.overseeingIn(ctx, in.Reviewer, in.Period)
	if err != nil {
		return nil, err
	}
	step := 30 * 24 * time.Hour
	if in.By == "week" {
		step = 7 * 24 * time.Hour
	}
	found, err := v.q.Insight.Agreement(ctx, from, until, step)
	if err != nil {
		return nil, err
	}
	out := &agreementOut{wire.AgreementCourse{From: from, Until: until, Axes: agreementShown(found.Whole), Spans: []wire.AgreementSpan{}, Pairs: []wire.ReviewerPair{}}}
	for _, span := range found.Spans {
		out.Body.Spans = append(out.Body.Spans, wire.AgreementSpan{From: span.From, Until: span.Until, Axes: agreementShown(span.Axes)})
	}
	for _, d := range found.Pairs {
		pair := wire.ReviewerPair{Axis: d.Axis, Differ: *share(d.Differ, 0)}
		if pair.A, err = v.named(ctx, d.A); err != nil {
			return nil, err
		}
		if pair.B, err = v.named(ctx, d.B); err != nil {
			return nil, err
		}
		out.Body.Pairs = append(out.Body.Pairs, pair)
	}
	return out, nil
}

// agreementShown shows the agreement on each axis.
func agreementShown(axes []people.Agreement) []wire.TeamAgreement {
	out := []wire.TeamAgreement{}
	for _, a := range axes {
		out = append(out, wire.TeamAgreement{Axis: a.Axis, Claims: a.Claims, Doubled: a.Doubled, Observed: figure(a.Observed), Alpha: figure(insight.Alpha(a))})
	}
	return out
}

type confusionsIn struct {
	ReviewerQuery
	Period
	Axis string `query:"axis" maxLength:"200" doc:"On this axis only. Default: on all."`
}

type confusionsOut struct{ Body wire.ConfusionList }

// confusions is GET /v1/review/confusions.
func (s *Server) confusions(ctx context.Context, in *confusionsIn) (*confusionsOut, error) {
	v, from, until, err := s.overseeingIn(ctx, in.Reviewer, in.Period)
	if err != nil {
		return nil, err
	}
	list, err := v.q.Insight.Confusions(ctx, from, until, in.Axis)
	if err != nil {
		return nil, err
	}
	out := &confusionsOut{wire.ConfusionList{From: from, Until: until, Confusions: []wire.Confusion{}}}
	for _, c := range list[:min(len(list), maxConfusions)] {
		out.Body.Confusions = append(out.Body.Confusions, wire.Confusion{
			Axis: c.Axis, Suggested: c.Suggested, Decided: c.Decided, Share: *share(c.Share, 0), Abstained: c.Abstained, Cost: c.Cost, Examples: c.Examples,
		})
	}
	return out, nil
}

type troubleIn struct {
	ReviewerQuery
	Period
}

type troubleOut struct{ Body wire.TroubleList }

// trouble is GET /v1/review/trouble.
func (s *Server) trouble(ctx context.Context, in *troubleIn) (*troubleOut, error) {
	v, from, until, err := s.overseeingIn(ctx, in.Reviewer, in.Period)
	if err != nil {
		return nil, err
	}
	_, latest, err := v.q.Insight.History(ctx)
	if err != nil {
		return nil, err
	}
	list, err := v.q.Insight.Trouble(ctx, from, until)
	if err != nil {
		return nil, err
	}
	out := &troubleOut{wire.TroubleList{From: from, Until: until, Ref: latest.Ref(), Trouble: []wire.Trouble{}}}
	for _, t := range list {
		out.Body.Trouble = append(out.Body.Trouble, wire.Trouble{
			Kind: string(t.Kind), Axis: t.Axis, Label: t.Label, Other: t.Other, Share: *share(t.Share, 0), Advice: t.Advice, Examples: append([]string{}, t.Examples...),
		})
	}
	return out, nil
}
