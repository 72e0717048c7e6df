package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/defekt/defekt/datasets"
	"github.com/defekt/defekt/pipeline/claim"
)

type datasetsSplitCmd struct {
	dataFlags
	By       string `default:"group" enum:"group,time,hash" help:"group fills the parts group by group; time puts the newest claims last; hash decides for each group alone, so that later claims move nobody."`
	Parts    string `default:"train=0.7,test=0.3" placeholder:"A=0.7,B=0.3" help:"Names and shares of the parts (default ${default})."`
	Salt     string `help:"Another salt gives another split; the same one always the same."`
	KeepNear bool   `help:"Do not look for near-duplicate texts. Without this they stay in one part."`
	Out      string `required:"" placeholder:"FILE" help:"Where to write: .csv for id,split, or .jsonl for the claims with their new split."`
}

// Help is printed below the flags.
func (datasetsSplitCmd) Help() string {
	return `Claims of one group (the set's group column) and texts that are nearly the same are never parted. Photos in a
.jsonl stay relative to the set's root: read it with --root.

  defekt datasets split --data claims.jsonl --by time --parts train=0.7,val=0.1,test=0.2 --out split.jsonl`
}

// Run splits the set and writes the result.
func (c *datasetsSplitCmd) Run(a *app) error {
	parts, err := datasets.ParseParts(c.Parts)
	if err != nil {
		return usageError(fmt.Errorf("--parts: %w", err))
	}
	if ext := filepath.Ext(c.Out); ext != ".csv" && ext != ".jsonl" {
		return usageError(fmt.Errorf("--out %s: the file must end in .csv or .jsonl", c.Out))
	}
	set, err := c.open("")
	if err != nil {
		return err
	}
	claims, items, err := readItems(a, set)
	if err != nil {
		return err
	}
	o := datasets.SplitOptions{By: datasets.SplitBy(c.By), Parts: parts, Salt: c.Salt}
	if !c.KeepNear {
		if o.Links, err = nearLinks(a, claims); err != nil {
			return err
		}
	}
	names, err := datasets.Split(items, o)
	if err != nil {
		return withHint(err, "defekt datasets split --by group or --by hash")
	}
	if err := c.write(set, claims, names); err != nil {
		return err
	}
	return printSplit(a.stdout, c.Out, claims, names, parts)
}

func readItems(a *app, set *datasets.Set) ([]claim.Claim, []datasets.Item, error) {
	var claims []claim.Claim
	var items []datasets.Item
	for one, err := range set.Claims(a.ctx) {
		if err != nil {
			return nil, nil, err
		}
		claims = append(claims, one)
		items = append(items, datasets.Item{ID: one.ID, Group: one.Group, Time: one.ReceivedAt})
	}
	if len(claims) == 0 {
		return nil, nil, errors.New("the set has no rows")
	}
	return claims, items, nil
}

// nearLinks are pairs of claims with nearly the same text; each claim is linked to the
// first one that it is like, which is enough to keep all of them together.
func nearLinks(a *app, claims []claim.Claim) ([][2]int, error) {
	texts := make([]string, len(claims))
	for i := range claims {
		texts[i] = claims[i].Text
	}
	return datasets.NearLinks(a.ctx, texts)
}

func (c *datasetsSplitCmd) write(set *datasets.Set, claims []claim.Claim, names []string) error {
	f, err := os.Create(c.Out)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	if strings.HasSuffix(c.Out, ".csv") {
		err = writeSplitCSV(w, claims, names)
	} else {
		err = writeSplitJSONL(w, set, claims, names)
	}
	return errors.Join(err, w.Flush(), f.Close())
}

func writeSplitCSV(w io.Writer, claims []claim.Claim, names []string) error {
	out := csv.NewWriter(w)
	_ = out.Write([]string{"id", "split"})
	for i := range claims {
		_ = out.Write([]string{claims[i].ID, names[i]})
	}
	out.Flush()
	return out.Error()
}

// writeSplitJSONL writes claims in the project's format; their problems are not part of
// it, since whoever reads the file finds those that remain.
func writeSplitJSONL(w io.Writer, set *datasets.Set, claims []claim.Claim, names []string) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for i, one := range claims {
		one.Split, one.Problems = names[i], nil
		refs := make([]string, len(one.Photos))
		for j, p := range one.Photos {
			refs[j] = set.Relative(p)
		}
		one.Photos = refs
		if err := enc.Encode(one); err != nil {
			return err
		}
	}
	return nil
}

func printSplit(w io.Writer, out string, claims []claim.Claim, names []string, parts []datasets.Part) error {
	rows, groups := map[string]int{}, map[string]map[string]bool{}
	for i, name := range names {
		rows[name]++
		if groups[name] == nil {
			groups[name] = map[string]bool{}
		}
		if claims[i].Group != "" {
			groups[name][claims[i].Group] = true
		}
	}
	err := table(w, func(row func(...any)) {
		row("PART", "ROWS", "SHARE", "ASKED", "GROUPS")
		for _, p := range parts {
			row(p.Name, rows[p.Name], fmt.Sprintf("%.1f %%", 100*float64(rows[p.Name])/float64(len(names))), fmt.Sprintf("%.1f %%", 100*p.Fraction), len(groups[p.Name]))
		}
	})
	_, _ = fmt.Fprintln(w, "written to", out)
	return err
}
