package plot

// The curves share one shape: 360 units wide, so that 12 units of letter are 11 pixels on a
// phone and at most 16 where the page gives the figure its full 30rem.
const (
	frameWidth              = 360.0
	frameLeft, frameRight   = 46.0, 14.0
	frameTop, frameBottom   = 12.0, 40.0
	textBelow, textLeftSide = 16.0, 6.0
)

// frame is a pair of axes with what they are called.
type frame struct {
	ID, Title, Desc          string
	W, H                     float64
	Left, Right, Top, Bottom float64 // edges of the field
	X, Y                     []tick
	XName, YName             string
	x, y                     Scale
}

func newFrame(id, title, desc string, height float64, x, y Scale, xName, yName string) frame {
	f := frame{
		ID: id, Title: title, Desc: desc, W: frameWidth, H: height, XName: xName, YName: yName, x: x, y: y,
		Left: frameLeft, Right: frameWidth - frameRight, Top: frameTop, Bottom: height - frameBottom,
	}
	for _, t := range x.ticks() {
		t.At = f.Left + t.At*(f.Right-f.Left)
		f.X = append(f.X, t)
	}
	for _, t := range y.ticks() {
		t.At = f.Bottom - t.At*(f.Bottom-f.Top)
		f.Y = append(f.Y, t)
	}
	return f
}

func (f frame) px(v float64) float64 { return f.Left + f.x.at(v)*(f.Right-f.Left) }
func (f frame) py(v float64) float64 { return f.Bottom - f.y.at(v)*(f.Bottom-f.Top) }

// TickY is the base line of the letters of the horizontal axis.
func (f frame) TickY() float64 { return f.Bottom + textBelow }

// TickX is the right edge of the letters of the vertical axis.
func (f frame) TickX() float64 { return f.Left - textLeftSide }

// MiddleX is the middle of the field.
func (f frame) MiddleX() float64 { return (f.Left + f.Right) / 2 }

// MiddleY is the middle of the field.
func (f frame) MiddleY() float64 { return (f.Top + f.Bottom) / 2 }

// point is a dot with its whisker, in coordinates.
type point struct {
	X, Y, Low, High, R float64
	Whisker            bool
	Title              string
	Class              string
}
