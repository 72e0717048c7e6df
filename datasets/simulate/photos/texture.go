package photos

// texture gives the colour of a material at a place, in design units.
type texture = func(u, v float32) rgb

// material says how a surface answers to damage.
type material int

const (
	cardboard material = iota
	metal
	wood
	cloth
	plastic
	glass
	leather
)

// cardboardTexture is kraft paper: faint corrugation, blotches and fibres.
func cardboardTexture(d dice) texture {
	n, base := tile(), d.pick(rgb{.72, .55, .37}, rgb{.66, .49, .32}, rgb{.78, .63, .46})
	o := d.between(0, 200)
	return func(u, v float32) rgb {
		k := 1 + .12*(n.at(u*.4+o, v*.4)-.5) + .10*(n.at(u*.8, v*3+o)-.5) + .018*sin(u*1.3)
		return base.mul(k)
	}
}

// brushedTexture is steel or aluminium with the brush along u and a broad reflection.
func brushedTexture(d dice, base rgb) texture {
	n, o, tilt := tile(), d.between(0, 200), d.around(0, .3)
	mid, width := d.between(40, 260), d.between(50, 120)
	return func(u, v float32) rgb {
		q := (u + tilt*v - mid) / width
		k := .86 + .22*(n.at(u*.03+o, v*1.7)-.5) + .16*(n.at(u*.008, v*.6+o)-.5) + .24/(1+q*q)
		return base.mul(k)
	}
}

// paintTexture is lacquer or smooth plastic: nearly even, with a soft gloss.
func paintTexture(d dice, base rgb, gloss float32) texture {
	n, o := tile(), d.between(0, 200)
	mx, my := d.between(40, 240), d.between(20, 160)
	return func(u, v float32) rgb {
		x, y := (u-mx)/90, (v-my)/70
		k := .95 + .05*(n.at(u*2+o, v*2)-.5) + .07*(n.at(u*.3, v*.3+o)-.5)
		return base.mul(k).add(gloss / (1 + x*x + y*y))
	}
}

// woodTexture has grain along u: warped rings, pores and the odd knot.
func woodTexture(d dice) texture {
	n, o := tile(), d.between(0, 200)
	light := d.pick(rgb{.80, .62, .42}, rgb{.62, .42, .26}, rgb{.86, .74, .56}, rgb{.45, .30, .20})
	dark := light.mul(d.between(.62, .78))
	knot := pt{d.between(30, 320), d.between(20, 200)}
	rings := d.between(.14, .3)
	return func(u, v float32) rgb {
		x, y := (u-knot.x)*.35, v-knot.y
		pull := 14 * exp(-(x*x+y*y)/500)
		t := v*rings + pull + 9*n.at(u*.12+o, v*.35)
		w := .5 + .5*sin(t*2)
		pores := n.at(u*.25, v*3+o)
		c := light.mix(dark, .75*w*w)
		return c.mul(.93 + .2*(pores-.5) + .12*(n.at(u*.3, v*.3)-.5))
	}
}

// clothTexture is a plain or twill weave.
func clothTexture(d dice, base rgb) texture {
	n, o := tile(), d.between(0, 200)
	pitch, twill := d.between(1.3, 2.1), d.chance(.5)
	stripes := d.chance(.35)
	return func(u, v float32) rgb {
		var weave float32
		if twill {
			weave = sin((u+v)*pitch*.8) * .7
		} else {
			weave = sin(u*pitch) * sin(v*pitch)
		}
		k := .93 + .13*weave + .22*(n.at(u*1.5, v*.5+o)-.5) + .16*(n.at(u*.25+o, v*.25)-.5)
		if stripes && int(u+4000)%44 < 9 {
			k *= .82
		}
		return base.mul(k)
	}
}

// leatherTexture has the fine net of creases that hide has.
func leatherTexture(d dice, base rgb) texture {
	n, o := tile(), d.between(0, 200)
	return func(u, v float32) rgb {
		a := abs(n.at(u*5.3+o, v*5.3) - .5)
		b := abs(n.at(u*3.7, v*3.7+o) - .5)
		crease := smooth(.07, 0, min(a, b))
		k := .98 - .26*crease + .25*(n.at(u*.22+o, v*.22)-.5)
		return base.mul(k)
	}
}
