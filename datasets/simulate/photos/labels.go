package photos

// components gives the starter taxonomy's component for each product, and for the
// symptoms that sit on another part of it than most.
var components = map[Product]struct {
	most string
	but  map[string]string
}{
	Parcel:  {"packaging", nil},
	Panel:   {"housing", map[string]string{Scratch: "finish", Stain: "finish"}},
	Board:   {"housing", map[string]string{Scratch: "finish", Stain: "finish", Missing: "joint_fastener", Loose: "joint_fastener"}},
	Fabric:  {"textile", map[string]string{Missing: "seam_closure", Loose: "seam_closure"}},
	Plastic: {"housing", map[string]string{Scratch: "finish", Stain: "finish"}},
	Phone:   {"display", map[string]string{Dent: "housing", Missing: "housing"}},
	Bag:     {"textile", map[string]string{Missing: "joint_fastener", Loose: "joint_fastener"}},
	Chair:   {"frame", map[string]string{Scratch: "finish", Stain: "finish"}},
	Bottle:  {"housing", map[string]string{Missing: "seal", Loose: "seal", Scratch: "finish", Stain: "finish"}},
}

// Labels gives what a person would label the drawing of spec with, by axis of the
// starter taxonomy: symptom, component, and severity where the picture alone decides it.
// An intact drawing, or one of an unknown symptom, has no labels. Of a scorched product a
// picture does not tell whether it is safe, so severity is left out there.
func Labels(spec Spec) map[string]string {
	if !known(spec.Symptom) {
		return map[string]string{}
	}
	of, ok := components[spec.Product]
	if !ok {
		of = components[Parcel] // as Draw does
	}
	component := of.most
	if c, ok := of.but[spec.Symptom]; ok {
		component = c
	}
	labels := map[string]string{"symptom": spec.Symptom, "component": component}
	if s := severityLabel(spec); s != "" {
		labels["severity"] = s
	}
	return labels
}

func known(symptom string) bool {
	for _, s := range Symptoms() {
		if s == symptom {
			return true
		}
	}
	return false
}

// severityLabel cuts the amount of damage into the labels that the symptom can have: a
// scratch stays a matter of looks, a crack never is.
func severityLabel(spec Spec) string {
	var steps []string
	switch spec.Symptom {
	case Scratch, Stain:
		steps = []string{"cosmetic", "cosmetic", "minor"}
	case Crack, Missing, Leak, Loose, Tear:
		steps = []string{"minor", "major"}
	case Dent, Corrosion:
		steps = []string{"cosmetic", "minor", "major"}
	default:
		return ""
	}
	i := int(spec.severity() * float32(len(steps)))
	return steps[min(i, len(steps)-1)]
}
