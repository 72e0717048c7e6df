package photos

import (
	"image"
	"math"
)

// Draw makes the photo of a spec: spec.Size pixels on its longer side, 4:3 or 3:4. It
// never fails: what a spec leaves open or has wrong is drawn as [Spec] says. It is safe
// to call from several goroutines.
func Draw(spec Spec) *image.RGBA {
	s := newScene(spec)
	s.broken = spec.Product == Chair && spec.Symptom == Crack
	s.drawProduct(spec.Product)
	s.damage(spec.Symptom)
	return camera(s.canvas, newDice(spec.Seed, streamCamera))
}

func (s *scene) drawProduct(p Product) {
	switch p {
	case Panel:
		drawPanel(s)
	case Board:
		drawBoard(s)
	case Fabric:
		drawFabric(s)
	case Plastic:
		drawPlastic(s)
	case Phone:
		drawPhone(s)
	case Bag:
		drawBag(s)
	case Chair:
		drawChair(s)
	case Bottle:
		drawBottle(s)
	default:
		drawParcel(s)
	}
}

func angleOf(d pt) float32 { return float32(math.Atan2(float64(d.y), float64(d.x))) }
