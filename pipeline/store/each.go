package store

import (
	"context"
	"iter"
)

// each reads a list that comes in pages to its end. page gives the elements behind one (empty:
// from the first), at most limit. An error ends it.
func each[T any](limit int, id func(T) string, page func(after string) ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for after := ""; ; {
			list, err := page(after)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, v := range list {
				if !yield(v, nil) {
					return
				}
			}
			if len(list) < limit {
				return
			}
			after = id(list[len(list)-1])
		}
	}
}

// EachAlarm gives every alarm that the filter keeps, in the order of [Alarms].Alarms, whatever
// its Limit and After. An error ends it.
func EachAlarm(ctx context.Context, from interface {
	Alarms(ctx context.Context, f AlarmFilter) ([]Alarm, error)
}, f AlarmFilter,
) iter.Seq2[Alarm, error] {
	f.Limit = MaxAlarms
	return each(f.Limit, func(a Alarm) string { return a.ID }, func(after string) ([]Alarm, error) {
		f.After = after
		return from.Alarms(ctx, f)
	})
}

// EachCAPA is the same of corrective actions.
func EachCAPA(ctx context.Context, from interface {
	CAPAs(ctx context.Context, f CAPAFilter) ([]CAPA, error)
}, f CAPAFilter,
) iter.Seq2[CAPA, error] {
	f.Limit = MaxCAPAs
	return each(f.Limit, func(c CAPA) string { return c.ID }, func(after string) ([]CAPA, error) {
		f.After = after
		return from.CAPAs(ctx, f)
	})
}

// EachCredit is the same of credits.
func EachCredit(ctx context.Context, from interface {
	Credits(ctx context.Context, f CreditFilter) ([]Credit, error)
}, f CreditFilter,
) iter.Seq2[Credit, error] {
	f.Limit = MaxCAPAs
	return each(f.Limit, func(c Credit) string { return c.ID }, func(after string) ([]Credit, error) {
		f.After = after
		return from.Credits(ctx, f)
	})
}

// EachCost is the same of costs.
func EachCost(ctx context.Context, from interface {
	CostsOf(ctx context.Context, f CostFilter, after string, limit int) ([]Cost, error)
}, f CostFilter,
) iter.Seq2[Cost, error] {
	return each(MaxUnitPage, func(c Cost) string { return c.ID }, func(after string) ([]Cost, error) {
		return from.CostsOf(ctx, f, after, MaxUnitPage)
	})
}

// EachDecision is the same of decisions.
func EachDecision(ctx context.Context, from interface {
	Decisions(ctx context.Context, f DecisionFilter) ([]ReviewDecision, error)
}, f DecisionFilter,
) iter.Seq2[ReviewDecision, error] {
	f.Limit = MaxDecisions
	return each(f.Limit, func(d ReviewDecision) string { return d.ID }, func(after string) ([]ReviewDecision, error) {
		f.After = after
		return from.Decisions(ctx, f)
	})
}

// Gather reads a sequence to its end; after an error the elements are worth nothing.
func Gather[T any](all iter.Seq2[T, error]) ([]T, error) {
	var out []T
	for v, err := range all {
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}
