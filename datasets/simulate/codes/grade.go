package codes

// Grade is how hard a photo is to read.
type Grade int

// The grades, from a flatbed scan's quality to what a person would photograph again.
const (
	Clean  Grade = iota + 1 // held straight, sharp, well lit
	Easy                    // a few degrees off, slightly soft
	Middle                  // any angle, tilted, soft, indoor light: the ordinary claim photo
	Hard                    // small, tilted, moved, dim
	Severe                  // smaller still, steep, blurred, dark, with glare
)

// Grades lists all grades, easiest first.
func Grades() []Grade { return []Grade{Clean, Easy, Middle, Hard, Severe} }

// String names the grade.
func (g Grade) String() string {
	if g < Clean || g > Severe {
		return "unknown"
	}
	return [...]string{"clean", "easy", "middle", "hard", "severe"}[g-Clean]
}

// span is a range from which a photo's value is drawn evenly.
type span struct{ lo, hi float64 }

// conditions are the ranges of one grade.
type conditions struct {
	// module is the width of the code's smallest element in pixels, before tilt.
	module span
	// turn is the rotation in the picture in degrees, either way; tilt the angle by which
	// the label leans away from the camera, in degrees.
	turn, tilt span
	// blur is the standard deviation of the lens's blur in pixels; motion the length of the
	// camera's movement in pixels.
	blur, motion span
	// light is the brightness of white paper, 0..1; contrast is black's distance from white
	// as a part of it; uneven is how much light falls off across the photo.
	light, contrast, uneven span
	// noise is the sensor's standard deviation, as a part of full scale.
	noise span
	// quality is the JPEG's, 1..100.
	quality span
	// glare is the chance of a bright reflection on the label, inverted that of a light code
	// on a dark label.
	glare, inverted float64
}

func (g Grade) conditions() conditions {
	switch g {
	case Clean:
		return conditions{
			module: span{5, 8}, turn: span{0, 3}, tilt: span{0, 5}, blur: span{.3, .6}, motion: span{0, 0},
			light: span{.8, .95}, contrast: span{.85, .95}, uneven: span{0, .1}, noise: span{.003, .01}, quality: span{88, 95},
		}
	case Easy:
		return conditions{
			module: span{4, 6}, turn: span{0, 15}, tilt: span{0, 15}, blur: span{.6, 1}, motion: span{0, 1},
			light: span{.6, .9}, contrast: span{.75, .9}, uneven: span{.1, .3}, noise: span{.01, .02}, quality: span{80, 92},
			inverted: .05,
		}
	case Middle:
		return conditions{
			module: span{3, 5}, turn: span{0, 180}, tilt: span{10, 25}, blur: span{.8, 1.3}, motion: span{0, 2},
			light: span{.4, .75}, contrast: span{.6, .85}, uneven: span{.2, .5}, noise: span{.02, .035}, quality: span{70, 88},
			glare: .1, inverted: .1,
		}
	case Hard:
		return conditions{
			module: span{2.5, 3.5}, turn: span{0, 180}, tilt: span{15, 35}, blur: span{1, 1.5}, motion: span{0, 3},
			light: span{.25, .5}, contrast: span{.5, .75}, uneven: span{.3, .6}, noise: span{.025, .04}, quality: span{60, 80},
			glare: .2, inverted: .1,
		}
	}
	return conditions{
		module: span{2, 3}, turn: span{0, 180}, tilt: span{25, 45}, blur: span{1.2, 1.9}, motion: span{1, 4},
		light: span{.12, .35}, contrast: span{.4, .65}, uneven: span{.4, .7}, noise: span{.03, .05}, quality: span{45, 70},
		glare: .3, inverted: .1,
	}
}
