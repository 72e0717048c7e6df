package check

// verhoeff finds all single errors and all swaps of neighbours: multiplication in the group
// of the pentagon's symmetries, digits permuted by place.
type verhoeff struct{}

func (verhoeff) Name() string { return "verhoeff" }
func (verhoeff) Length() int  { return 1 }
func (verhoeff) Compute(body string) (string, bool) {
	d, ok := digits(body)
	permutation := [10]int{1, 5, 7, 6, 2, 8, 3, 0, 9, 4}
	c := 0
	for i, v := range d {
		for range (i + 1) % 8 {
			v = permutation[v]
		}
		c = pentagon(c, v)
	}
	// The check digit undoes what came before.
	for n := range 10 {
		if pentagon(c, n) == 0 {
			return digit(n), ok
		}
	}
	return "", false
}

// pentagon multiplies in the dihedral group of ten elements: 0 to 4 are turns, 5 to 9
// turns with a flip.
func pentagon(a, b int) int {
	switch {
	case a < 5 && b < 5:
		return (a + b) % 5
	case a < 5:
		return (a+b-5)%5 + 5
	case b < 5:
		return (a-5-b+5)%5 + 5
	}
	return (a - b + 5) % 5
}

// damm finds the same errors with one table (Damm, 2004, page 106).
type damm struct{}

func (damm) Name() string { return "damm" }
func (damm) Length() int  { return 1 }
func (damm) Compute(body string) (string, bool) {
	table := [10]string{
		"0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
		"3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
	}
	d, ok := digits(body)
	c := 0
	for i := len(d) - 1; i >= 0; i-- {
		c = int(table[c][d[i]] - '0')
	}
	return digit(c), ok
}
