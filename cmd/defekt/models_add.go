package main

import (
	"fmt"

	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/models/registry/source"
)

type modelsAddCmd struct {
	Path string `arg:"" help:"An .onnx file, a folder with one, a Hugging Face or Optimum folder, or a bundle."`
	Name string `help:"Name to register; default: the folder's or file's."`
	Kind string `enum:",vision,text" default:"" help:"vision or text; default: by the files of the folder."`

	Model         string    `placeholder:"FILE" help:"The .onnx file within the folder, when it has several."`
	InputSize     int       `placeholder:"PX" help:"Input side in pixels, where the graph leaves it free."`
	ShortSide     int       `placeholder:"PX" help:"Resize the short side to this, then crop the middle."`
	Squash        bool      `help:"Resize the whole photo to the input, without a crop."`
	Mean          []float64 `placeholder:"R,G,B" help:"Mean of each channel after scaling; default: ImageNet's."`
	Std           []float64 `placeholder:"R,G,B" help:"Deviation of each channel; default: ImageNet's."`
	Scale         float64   `help:"Factor of the levels 0..255; default 1/255."`
	Colour        string    `enum:",RGB,BGR" default:"" help:"RGB or BGR."`
	Interpolation string    `enum:",bilinear,bicubic,lanczos" default:"" help:"bilinear, bicubic or lanczos."`
	Output        []string  `placeholder:"NAME" help:"Outputs to use as features; default: chosen by name and shape."`
	Pool          string    `enum:",cls,mean" default:"" help:"cls or mean, for outputs with one vector a token."`
	MaxTokens     int       `help:"Text: the most tokens."`
	Prefix        string    `help:"Text: put before each text, such as 'query: '."`
	Licence       string    `help:"On which terms the model may be used."`
	Source        string    `help:"Where the model is from."`
	JSON          bool      `name:"json" help:"Print JSON."`
}

// Help is shown below the flags.
func (modelsAddCmd) Help() string {
	return `What the model's files say is taken (preprocessor_config.json, config.json,
tokenizer.json, 1_Pooling, SOURCE.md); what they do not say is guessed, and every guess is
printed as a note. The model is run once and its answer kept, to be compared at each load.

Examples:
  defekt models add mobilenetv2/
  defekt models add backbone.onnx --short-side 256 --mean 0.5,0.5,0.5 --std 0.5,0.5,0.5
  defekt models add all-MiniLM-L6-v2/ --name minilm`
}

// Run registers the model and shows what was registered.
func (c modelsAddCmd) Run(a *app) error {
	b, err := a.models().Add(a.ctx, c.Path, c.options())
	if err != nil {
		return modelsError(err)
	}
	if c.JSON {
		return writeIndented(a.stdout, describeBundle(b))
	}
	_, _ = fmt.Fprintf(a.stdout, "added %s\n", b.Name)
	return showBundle(a.stdout, b)
}

func (c modelsAddCmd) options() source.Options {
	return source.Options{
		Name: c.Name, Kind: bundle.Kind(c.Kind), Model: c.Model,
		InputSize: c.InputSize, ShortSide: c.ShortSide, Squash: c.Squash,
		Mean: c.Mean, Std: c.Std, Scale: c.Scale,
		Colour: bundle.Colour(c.Colour), Interpolation: c.Interpolation,
		Outputs: c.Output, Pool: bundle.Pool(c.Pool),
		MaxTokens: c.MaxTokens, Prefix: c.Prefix, Licence: c.Licence, Source: c.Source,
	}
}

type modelsVerifyCmd struct {
	Model string `arg:"" optional:"" help:"Name or path; default: every registered model."`
}

// Run checks one model or all; one fault makes it fail after all were checked.
func (c modelsVerifyCmd) Run(a *app) error {
	names := []string{c.Model}
	if c.Model == "" {
		list, err := a.models().List()
		if err != nil {
			return err
		}
		names = names[:0]
		for _, e := range list {
			names = append(names, e.Name)
		}
	}
	bad := 0
	for _, name := range names {
		if _, err := a.models().Verify(a.ctx, name); err != nil {
			bad++
			_, _ = fmt.Fprintf(a.stdout, "%s: FAULTY\n%v\n", name, err)
			continue
		}
		_, _ = fmt.Fprintf(a.stdout, "%s: ok\n", name)
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d models are faulty", bad, len(names))
	}
	return nil
}
