package world

import "math/rand/v2"

// texts are what customers write, by symptom; %p stands for the product.
var texts = map[string][]string{
	"crack_break":      {"The %p cracked right through in normal use.", "Part of the casing of my %p snapped off.", "A piece of the %p broke, I never dropped it.", "There is a long crack in the %p since last week."},
	"no_power":         {"My %p is completely dead, it does not switch on.", "The %p won't start any more, no light, nothing.", "It no longer charges, the %p stays off.", "%p died overnight and will not power up."},
	"intermittent":     {"The %p works on and off, it cuts out after a minute.", "My %p resets itself at random.", "Sometimes it runs, sometimes not; the %p switches off in between.", "The %p keeps dropping out while I use it."},
	"overheating_fire": {"The %p gets so hot that I burnt my fingers.", "Smoke came out of the %p.", "There was a burnt smell and the %p was scorching hot.", "Sparks flew from the %p when I plugged it in."},
	"leak":             {"The %p leaks water underneath.", "There is a puddle under my %p each morning.", "Water drips from the side of the %p.", "The seal of the %p does not hold, it leaks."},
	"noise_vibration":  {"The %p rattles badly.", "A loud grinding noise comes from the %p.", "My %p squeaks and vibrates.", "Since a few days the %p makes a terrible noise."},
	"loose_misaligned": {"A joint of the %p is loose, it wobbles.", "The %p came apart at the hinge, it hangs crooked.", "Parts of the %p do not line up.", "The screw of the %p keeps coming loose."},
	"performance":      {"The %p has become weak and slow.", "The %p lasts only half as long as at first.", "My %p runs but far below what it should do.", "It does work, but the %p is much weaker than before."},
	"tear_seam":        {"The seam of my %p ripped open.", "The fabric of the %p tore at the strap.", "The zip of the %p failed and the stitching is open.", "There is a hole in the %p along the seam."},
	"corrosion_rust":   {"The %p is rusting after a short time.", "There are rust spots all over the %p.", "The metal of the %p is corroded.", "Rust on the screws and the frame of the %p."},
}

// endings follow some texts.
var endings = []string{"", "", "", " Please send a new one.", " Very disappointed.", " Bought it for my daughter.", " I want my money back."}

// text writes a claim about a product.
func text(rng *rand.Rand, label, product string) string {
	all := texts[label]
	t := all[rng.IntN(len(all))]
	out := make([]byte, 0, 96)
	for i := 0; i < len(t); i++ {
		if t[i] == '%' {
			out = append(out, product...)
			i++
			continue
		}
		out = append(out, t[i])
	}
	return string(append(out, endings[rng.IntN(len(endings))]...))
}
