package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"text/tabwriter"

	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/pipeline/bench"
)

type benchPhotosCmd struct {
	Vision  string `required:"" placeholder:"BUNDLE" help:"Photo encoder: a name of 'defekt models list', a bundle, an .onnx file or a Hugging Face folder."`
	Photos  string `placeholder:"DIR" help:"Folder of photos (JPEG, PNG, WebP). Default: drawn ones, made once and kept in the cache folder."`
	Size    string `default:"500" enum:"500,2mp,12mp" help:"What is drawn without --photos: ${enum}. 500 pixels, or megapixels, as large in bytes as a phone's."`
	Peer    string `placeholder:"CMD" help:"Shell command of another program to measure beside ours; it gets --model FILE --photos DIR --repeat 1 added and must print a line of JSON with photos_per_second."`
	PeerDir string `placeholder:"DIR" help:"Folder to run the peer in (node looks for modules there)."`
	Repeat  int    `default:"3" help:"Rounds; in each, ours runs and then the peer."`
	JSON    string `placeholder:"FILE" help:"Also write the result as JSON ('-' for standard output instead of the table)."`
}

// Help is shown by `defekt bench photos --help`.
func (benchPhotosCmd) Help() string {
	return `Measures the way of a photo from its file to the backbone's vector: read, decode, orient, resize, normalise,
run. One view: the short side becomes the input's size and the middle is taken. Each side runs in a process of
its own, after a pass that warms it up; sides take turns, and ratios are medians over the rounds, since other
work on the machine slows both. The processor time of the whole process is printed beside.

Examples:
  defekt bench photos --vision mobilenetv2
  defekt bench photos --vision mobilenetv2 --size 12mp --peer "node /path/peer_photos.mjs" --peer-dir ~/node`
}

// photosReport is the result in JSON.
type photosReport struct {
	Photos  string        `json:"photos"`
	Bytes   int64         `json:"mean_bytes"`
	Encoder string        `json:"encoder"`
	Digest  string        `json:"encoder_digest"`
	Code    string        `json:"code"`
	Cores   int           `json:"cores"`
	Ours    bench.Side    `json:"ours"`
	Peer    *bench.Side   `json:"peer,omitempty"`
	Ratios  *bench.Ratios `json:"ratios,omitempty"`
}

// Run measures.
func (c *benchPhotosCmd) Run(a *app) error {
	if c.Repeat < 1 {
		return usageError(errors.New("--repeat must be at least 1"))
	}
	b, err := a.models().Find(a.ctx, c.Vision)
	if err != nil {
		return modelsError(err)
	}
	if err := b.Want(bundle.Vision); err != nil {
		return err
	}
	if c.Photos == "" {
		if c.Photos, err = a.drawn(a.ctx, c.Size); err != nil {
			return err
		}
	}
	if c.Photos, err = filepath.Abs(c.Photos); err != nil { // the peer runs in another folder
		return err
	}
	r := photosReport{Photos: c.Photos, Encoder: b.Name, Digest: b.Digest(), Code: codeVersion(), Cores: runtime.GOMAXPROCS(0)}
	if r.Bytes, err = meanBytes(c.Photos); err != nil {
		return err
	}
	if err := c.measure(a, b, &r); err != nil {
		return err
	}
	return writeReport(a, c.JSON, r, r.table)
}

// measure runs the rounds.
func (c *benchPhotosCmd) measure(a *app, b *bundle.Bundle, r *photosReport) error {
	exe, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program's file: %w", err)
	}
	bar := newProgress(a.stderr, "measuring", int64(c.Repeat))
	defer bar.Done()
	var ours, peer []bench.Run
	for range c.Repeat {
		run, err := bench.Child(a.ctx, "", exe, "bench", "worker", "--bundle", b.Dir, "--photos", c.Photos)
		if err != nil {
			return err
		}
		ours = append(ours, run)
		if c.Peer != "" {
			if run, err = c.runPeer(a.ctx, b); err != nil {
				return withHint(err, "the peer of ../shared/bench needs sharp and onnxruntime-node in --peer-dir; make bench-photos installs them")
			}
			peer = append(peer, run)
		}
		bar.Add(1)
	}
	r.Ours = bench.NewSide("defekt", ours)
	if len(peer) > 0 {
		side := bench.NewSide("peer", peer)
		ratios := bench.Compare(r.Ours, side)
		r.Peer, r.Ratios = &side, &ratios
	}
	return nil
}

func (c *benchPhotosCmd) runPeer(ctx context.Context, b *bundle.Bundle) (bench.Run, error) {
	return bench.Child(ctx, c.PeerDir, "sh", "-c", "exec "+c.Peer+` "$@"`, "peer",
		"--model", b.ModelPath(), "--photos", c.Photos, "--repeat", strconv.Itoa(1))
}

// meanBytes is the mean size of the folder's photos.
func meanBytes(dir string) (int64, error) {
	files, err := bench.Files(dir)
	if err != nil {
		return 0, err
	}
	sum := int64(0)
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			return 0, err
		}
		sum += info.Size()
	}
	return sum / int64(len(files)), nil
}

// table prints for people.
func (r photosReport) table(out io.Writer) error {
	fmt.Fprintf(out, "%d photos of %d KB on average, encoder %s, %d cores, %d rounds\n\n", r.Ours.Photos, r.Bytes/1000, r.Encoder, r.Cores, len(r.Ours.Runs))
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\tphotos/s\tpeak MB\tprocess CPU s\t")
	sides := []bench.Side{r.Ours}
	if r.Peer != nil {
		sides = append(sides, *r.Peer)
	}
	for _, s := range sides {
		fmt.Fprintf(t, "%s\t%.1f\t%.0f\t%.2f\t\n", s.Name, s.PhotosPerSecond, float64(s.PeakBytes)/1e6, s.CPUSeconds)
	}
	if r.Ratios != nil {
		fmt.Fprintf(t, "ours : peer\t%.2f\t%.2f\t%.2f\t\n", r.Ratios.Speed, r.Ratios.Memory, bench.Ratio(1, r.Ratios.CPU))
	}
	return t.Flush()
}

// writeReport writes JSON to file, and a table to standard output unless that is the file.
func writeReport(a *app, file string, report any, table func(io.Writer) error) error {
	if file != "-" {
		if err := table(a.stdout); err != nil {
			return err
		}
	}
	_, err := a.writeJSON(file, report)
	return err
}
