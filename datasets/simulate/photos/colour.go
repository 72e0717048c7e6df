package photos

// rgb is a colour as a screen has it (gamma encoded), 0..1 with room above for light.
type rgb struct{ r, g, b float32 }

func (c rgb) mul(k float32) rgb { return rgb{c.r * k, c.g * k, c.b * k} }
func (c rgb) add(k float32) rgb { return rgb{c.r + k, c.g + k, c.b + k} }

// mix gives c at t = 0 and d at t = 1.
func (c rgb) mix(d rgb, t float32) rgb {
	return rgb{c.r + (d.r-c.r)*t, c.g + (d.g-c.g)*t, c.b + (d.b-c.b)*t}
}

// luma is the brightness that an eye sees.
func (c rgb) luma() float32 { return 0.3*c.r + 0.59*c.g + 0.11*c.b }

// grey gives a colour without hue.
func grey(v float32) rgb { return rgb{v, v, v} }
