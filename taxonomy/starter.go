package taxonomy

import _ "embed"

//go:embed starter.yaml
var starterYAML []byte

// Starter gives the taxonomy that ships with the program: five axes (defect_type,
// symptom, severity, component, root_cause). Severity is ordinal, worst first: critical,
// major, minor, cosmetic. Each call gives a copy of its own.
func Starter() *Taxonomy {
	t, err := Parse(starterYAML)
	if err != nil { // the file is embedded and tested
		panic("taxonomy: starter.yaml: " + err.Error())
	}
	return t
}
