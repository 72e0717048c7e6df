package main

import (
	"fmt"
	"time"

	"github.com/defekt/defekt/pipeline/quality"
	"github.com/defekt/defekt/pipeline/quality/capa"
	"github.com/defekt/defekt/pipeline/store"
)

// actionFlags name the action and who changes it.
type actionFlags struct {
	databaseFlags `embed:""`
	whoFlag       `embed:""`
	ID            string `arg:"" help:"The action's id, from 'defekt capa list'."`
	Version       int64  `help:"The version that you saw: the change is refused when somebody else was faster. Default: whatever stands now."`
}

// change opens the database, changes the action and says what it is now.
func (f *actionFlags) change(a *app, do func(s store.Store, d *capa.Desk) (store.CAPA, error)) (store.CAPA, error) {
	db, err := f.open(a.ctx, true)
	if err != nil {
		return store.CAPA{}, err
	}
	defer db.close() //nolint:errcheck // the change is stored by then
	c, err := do(db.store, capa.NewDesk(db.store, nil))
	if err != nil {
		return c, qualityError(err, "defekt capa list --all")
	}
	fmt.Fprintf(a.stderr, "%s is %s, version %d\n", c.ID, c.State, c.Version)
	return c, nil
}

type capaOpenCmd struct {
	databaseFlags `embed:""`
	whoFlag       `embed:""`
	Kind          string `required:"" help:"Kind of the group: lot, batch, supplier, sku, warehouse ..."`
	Name          string `required:"" help:"Its name; a lot is code|component|supplier, a batch code|SKU, as far as known."`
	Label         string `placeholder:"AXIS=LABEL" help:"What is reported too often."`
	Title         string `help:"Default: made of the cause."`
	Owner         string `help:"Who answers for it."`
	Severity      string `help:"Label of the axis severity."`
	Supplier      string `help:"Supplier that the cause leads to."`
	SKU           string `name:"sku" help:"Product that it is about."`
	Why           string `required:"" help:"Why it is opened."`
}

// Run opens an action, or notes the reason on the open one of the same cause.
func (c *capaOpenCmd) Run(a *app) error {
	db, err := c.open(a.ctx, true)
	if err != nil {
		return err
	}
	defer db.close() //nolint:errcheck // the action is stored by then
	who := c.who()
	one, created, err := capa.NewDesk(db.store, nil).Open(a.ctx, capa.Opening{
		Cause: store.Cause{Kind: c.Kind, Name: c.Name, Label: c.Label}, Title: c.Title, Owner: c.Owner, Severity: c.Severity, Supplier: c.Supplier, SKU: c.SKU, Who: who,
		Firing: store.Firing{Rule: "manual", Key: "manual " + who + " " + c.Why, What: c.Why},
	})
	if err != nil {
		return qualityError(err, "defekt capa list")
	}
	if !created {
		fmt.Fprintln(a.stderr, "there is an open action about this cause; the reason was noted there")
	}
	fmt.Fprintln(a.stdout, one.ID)
	return nil
}

type capaEditCmd struct {
	actionFlags `embed:""`
	Title       *string           `help:"New title."`
	Owner       *string           `help:"New owner."`
	Severity    *string           `help:"New severity."`
	Supplier    *string           `help:"New supplier."`
	SKU         *string           `name:"sku" help:"New SKU."`
	Due         map[string]string `placeholder:"D4=2026-03-20" help:"New due date of a step; may be given again."`
}

// Run changes fields.
func (c *capaEditCmd) Run(a *app) error {
	e := capa.Edit{Title: c.Title, Owner: c.Owner, Severity: c.Severity, Supplier: c.Supplier, SKU: c.SKU, Due: map[string]time.Time{}}
	for step, date := range c.Due {
		due, err := dayOf("due", date)
		if err != nil {
			return err
		}
		e.Due[step] = due
	}
	_, err := c.change(a, func(_ store.Store, d *capa.Desk) (store.CAPA, error) {
		return d.Edit(a.ctx, c.ID, c.Version, c.who(), e)
	})
	return err
}

type capaStepCmd struct {
	actionFlags `embed:""`
	Step        string   `arg:"" help:"D1 to D8."`
	Text        string   `required:"" help:"What was done."`
	Evidence    []string `sep:"none" placeholder:"LINK" help:"Address of a document or photo; may be given again."`
	Fixed       string   `placeholder:"DATE" help:"For D6: from when on units are made, or sold, with the fix."`
}

// Run notes a step.
func (c *capaStepCmd) Run(a *app) error {
	fixed, err := dayOf("fixed", c.Fixed)
	if err != nil {
		return err
	}
	_, err = c.change(a, func(_ store.Store, d *capa.Desk) (store.CAPA, error) {
		return d.Step(a.ctx, c.ID, c.Version, c.who(), capa.Done{Step: c.Step, Text: c.Text, Evidence: c.Evidence, FixedAt: fixed})
	})
	return err
}

type capaCheckCmd struct {
	actionFlags `embed:""`
	rulesFlag   `embed:""`
	Kind        string `help:"Kind of the group whose units are compared. Default: the product, else the supplier, that the cause leads to."`
	Name        string `help:"Its name."`
	Label       string `placeholder:"AXIS=LABEL" help:"Label that is counted, with --kind; default: that of the action."`
	Split       string `enum:"made,sold,report" default:"made" help:"What tells units with the fix: the day they were made (default) or sold, or report: all units, by the day of the claim, for a fix in the field."`
}

// Run tests the fix.
func (c *capaCheckCmd) Run(a *app) error {
	rules, err := c.rules()
	if err != nil {
		return err
	}
	one, err := c.change(a, func(s store.Store, d *capa.Desk) (store.CAPA, error) {
		q := capa.Question{Split: c.Split}
		if c.Kind != "" {
			q.Scope = store.Cause{Kind: c.Kind, Name: c.Name, Label: c.Label}
			if c.Label == "" {
				now, err := s.CAPA(a.ctx, c.ID)
				if err != nil {
					return now, err
				}
				q.Scope.Label = now.Cause.Label
			}
		}
		return d.Check(a.ctx, c.ID, c.Version, c.who(), capa.Evidence{Cases: quality.Cases(s)}, rules.Check, q)
	})
	if err != nil {
		return err
	}
	last := one.Checks[len(one.Checks)-1]
	printCheck(a, last)
	if last.Verdict != capa.Effective {
		return exitError{exitGate, fmt.Errorf("the fix is not shown to work: %s", last.Verdict)}
	}
	return nil
}

type capaCloseCmd struct {
	actionFlags `embed:""`
	Text        string `help:"What D8 says: what was learnt. May be left out when D8 is done already."`
}

// Run closes an action.
func (c *capaCloseCmd) Run(a *app) error {
	_, err := c.change(a, func(_ store.Store, d *capa.Desk) (store.CAPA, error) {
		return d.Close(a.ctx, c.ID, c.Version, c.who(), c.Text)
	})
	return err
}

type capaDropCmd struct {
	actionFlags `embed:""`
	Why         string `required:"" help:"Why no action is needed."`
}

// Run drops an action.
func (c *capaDropCmd) Run(a *app) error {
	_, err := c.change(a, func(_ store.Store, d *capa.Desk) (store.CAPA, error) {
		return d.Drop(a.ctx, c.ID, c.Version, c.who(), c.Why)
	})
	return err
}
