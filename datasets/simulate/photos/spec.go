package photos

// Product names a kind of product that can be drawn.
type Product string

// The kinds of products.
const (
	Parcel  Product = "parcel"
	Panel   Product = "metal_panel"
	Board   Product = "wooden_board"
	Fabric  Product = "fabric"
	Plastic Product = "plastic_housing"
	Phone   Product = "phone"
	Bag     Product = "leather_bag"
	Chair   Product = "chair"
	Bottle  Product = "bottle"
)

// Symptom ids of the starter taxonomy that can be seen on a photo. Intact is none of
// them: a drawing without damage.
const (
	Intact    = ""
	Crack     = "crack_break"
	Scratch   = "scratch_abrasion"
	Dent      = "dent_deformation"
	Tear      = "tear_seam"
	Stain     = "stain_discolouration"
	Corrosion = "corrosion_rust"
	Missing   = "missing_part"
	Leak      = "leak"
	Burn      = "overheating_fire"
	Loose     = "loose_misaligned"
)

// Spec says what to draw. The zero value of everything but Product is usable.
type Spec struct {
	// Seed decides every random choice.
	Seed uint64
	// Product is one of [Products]; anything else is drawn as a parcel.
	Product Product
	// Symptom is one of [Symptoms], or Intact; an unknown one is drawn intact.
	Symptom string
	// Severity is the amount of damage, 0 (just visible) to 1; values outside are clamped.
	Severity float64
	// Size is the longer side in pixels, 64 to 4096; 0 means 480.
	Size int
}

const (
	defaultSize = 480
	minSize     = 64
	maxSize     = 4096
)

// size gives the longer side within its limits.
func (s Spec) size() int {
	if s.Size == 0 {
		return defaultSize
	}
	return min(max(s.Size, minSize), maxSize)
}

// severity gives the amount of damage within 0..1; not a number counts as 0.
func (s Spec) severity() float32 {
	if !(s.Severity > 0) {
		return 0
	}
	return float32(min(s.Severity, 1))
}

// Products gives all kinds of products in a fixed order.
func Products() []Product {
	return []Product{Parcel, Panel, Board, Fabric, Plastic, Phone, Bag, Chair, Bottle}
}

// Symptoms gives all symptoms that can be drawn, in the taxonomy's order.
func Symptoms() []string {
	return []string{Crack, Scratch, Dent, Tear, Stain, Corrosion, Missing, Burn, Leak, Loose}
}

// Plausible gives the symptoms that a product of this kind really shows. Draw takes any
// pair, but a rusty cushion teaches a model nothing.
func Plausible(p Product) []string {
	switch p {
	case Parcel:
		return []string{Dent, Tear, Stain, Leak, Loose}
	case Panel:
		return []string{Crack, Scratch, Dent, Stain, Corrosion, Missing, Burn, Leak, Loose}
	case Board:
		return []string{Crack, Scratch, Dent, Stain, Missing, Burn, Loose}
	case Fabric:
		return []string{Scratch, Tear, Stain, Missing, Burn, Loose}
	case Plastic:
		return []string{Crack, Scratch, Dent, Stain, Missing, Burn, Leak, Loose}
	case Phone:
		return []string{Crack, Scratch, Dent, Stain, Missing, Burn, Loose}
	case Bag:
		return []string{Scratch, Tear, Stain, Missing, Burn, Loose}
	case Chair:
		return []string{Crack, Scratch, Dent, Stain, Corrosion, Missing, Loose}
	case Bottle:
		return []string{Crack, Scratch, Dent, Stain, Missing, Leak, Loose}
	}
	return nil
}
