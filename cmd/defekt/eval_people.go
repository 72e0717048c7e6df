package main

import (
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"github.com/defekt/defekt/eval/exchange"
	"github.com/defekt/defekt/eval/people"
	"github.com/defekt/defekt/taxonomy"
)

type evalPeopleCmd struct {
	Ratings  string `required:"" placeholder:"FILE" help:"Who said what: JSON Lines {claim, axis, rater, label[, at]}, a rater's further labels for a claim being further trials, or a Label Studio export with several annotations a task."`
	Taxonomy string `default:"starter" help:"Taxonomy, for the order of ordinal axes: 'starter', 'none' or a file."`
	Standard string `default:"standard" help:"The rater that is the agreed truth, if there is one."`
	Model    string `default:"model" help:"The rater that is the model, if there is one."`
	JSON     string `placeholder:"FILE" help:"Write everything as JSON ('-' for standard output instead of the table)."`
}

// Help is shown by `defekt eval agreement --help`.
func (evalPeopleCmd) Help() string {
	return `Krippendorff's alpha, Fleiss' and Cohen's kappa, and an attribute agreement analysis as in measurement-system analysis:
each person with himself, with the others, with the standard; the model as one more appraiser.

Examples:
  defekt eval agreement --ratings ratings.jsonl
  defekt eval agreement --ratings label-studio-export.json --json agreement.json`
}

// Run computes.
func (c *evalPeopleCmd) Run(a *app) error {
	tax, err := readTaxonomy(c.Taxonomy)
	if err != nil {
		return err
	}
	ratings, err := readRatings(c.Ratings, c.Standard, tax)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Ratings, err)
	}
	o := people.DefaultOptions()
	o.Standard, o.Model, o.Undecided, o.Orders = c.Standard, c.Model, taxonomy.Undetermined, map[string][]string{}
	if tax != nil {
		for i := range tax.Axes {
			if tax.Axes[i].Ordinal {
				o.Orders[tax.Axes[i].ID] = tax.Axes[i].IDs()
			}
		}
	}
	list, err := people.Agree(a.ctx, ratings, o)
	if err != nil {
		return err
	}
	if only, err := a.writeJSON(c.JSON, list); only || err != nil {
		return err
	}
	return writeAgreement(a.stdout, list)
}

func readTaxonomy(name string) (*taxonomy.Taxonomy, error) {
	switch name {
	case "none":
		return nil, nil
	case "starter":
		return taxonomy.Starter(), nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return taxonomy.Parse(data)
}

// readRatings reads JSON Lines or Label Studio; what is marked as the ground truth is the
// standard's, if there is one.
func readRatings(path, standard string, tax *taxonomy.Taxonomy) ([]people.Rating, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read from
	rows, err := exchange.ReadRatings(f, exchange.Options{Taxonomy: tax})
	if err != nil {
		return nil, err
	}
	type rater struct{ claim, axis, rater string }
	trials := map[rater]int{}
	out := make([]people.Rating, len(rows))
	for i, r := range rows {
		who := r.Rater
		if r.Standard && standard != "" {
			who = standard
		}
		k := rater{r.Claim, r.Axis, who}
		out[i] = people.Rating{Claim: r.Claim, Axis: r.Axis, Rater: who, Label: r.Label, Trial: trials[k], At: r.At}
		trials[k]++
	}
	return out, nil
}

func writeAgreement(w io.Writer, list []people.Agreement) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "axis\tclaims\tby two or more\tagree\talpha\talpha, ordinal\tFleiss' kappa")
	for _, a := range list {
		fmt.Fprintf(t, "%s\t%d\t%d\t%s\t%s\t%s\t%s\n", a.Axis, a.Claims, a.Doubled, figure(a.Observed), figure(a.Alpha), figure(a.AlphaOrdinal), figure(a.Fleiss))
	}
	fmt.Fprintln(t, "\naxis\tA\tB\tclaims\tkappa")
	for _, a := range list {
		for _, p := range a.Pairs {
			fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%s\n", a.Axis, p.A, p.B, p.Claims, figure(p.Kappa))
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, a := range list {
		for _, s := range a.Words {
			if _, err := fmt.Fprintf(w, "%s: %s\n", a.Axis, s); err != nil {
				return err
			}
		}
	}
	return nil
}

// figure prints a number with its interval, or a dash.
func figure(f *people.Figure) string {
	if f == nil {
		return "-"
	}
	return fmt.Sprintf("%.3f [%.3f, %.3f]", f.Value, f.Low, f.High)
}
