package suggest

import (
	"cmp"
	"slices"
	"strings"
)

// Prices of one error.
const (
	PriceAlike    = 0.3 // looks the same to an eye or an OCR program
	PriceKeyboard = 0.5 // the key beside
	PriceSwap     = 0.5 // two neighbours swapped
	PriceDouble   = 0.5 // one sign twice, or once instead of twice
	PriceOther    = 1.0 // anything else: wrong, missing or extra
)

// alike are signs taken for each other.
func alike() []string {
	return []string{"0ODQ", "1IL7", "2Z", "5S", "6G", "8B", "4A", "UV", "VY", "CG", "MN", "3E", "9G"}
}

// keyboard are rows of keys, on which neighbours are hit by mistake. The keypad's columns
// stand among them, and rows that differ on QWERTZ and AZERTY keyboards.
func keyboard() []string {
	return []string{"1234567890", "QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM", "QWERTZUIOP", "YXCVBNM", "AZERTY", "0258", "147", "369"}
}

// signs are all that a serial's key is made of.
const signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// replacement is a sign that another may be replaced by.
type replacement struct {
	sign  string
	price float64
}

// prices lists, for each sign, all others by price.
type prices [len(signs)][]replacement

func newPrices() *prices {
	var of [len(signs)][len(signs)]float64
	for a := range of {
		for b := range of[a] {
			of[a][b] = PriceOther
		}
	}
	set := func(a, b byte, price float64) {
		i, k := strings.IndexByte(signs, a), strings.IndexByte(signs, b)
		of[i][k], of[k][i] = min(of[i][k], price), min(of[k][i], price)
	}
	for _, row := range keyboard() {
		for i := range len(row) - 1 {
			set(row[i], row[i+1], PriceKeyboard)
		}
	}
	for _, group := range alike() {
		for i := range group {
			for k := range i {
				set(group[i], group[k], PriceAlike)
			}
		}
	}
	p := new(prices)
	for a := range p {
		for b := range signs {
			if a != b {
				p[a] = append(p[a], replacement{signs[b : b+1], of[a][b]})
			}
		}
		slices.SortStableFunc(p[a], func(x, y replacement) int { return cmp.Compare(x.price, y.price) })
	}
	return p
}

// replacing gives the signs that a sign may be replaced by for at most a price.
func (p *prices) replacing(sign byte, limit float64) []replacement {
	all := p[strings.IndexByte(signs, sign)]
	n, _ := slices.BinarySearchFunc(all, limit, func(r replacement, limit float64) int {
		if r.price <= limit {
			return -1
		}
		return 1
	})
	return all[:n]
}

// Key brings a serial to the form in which serials are compared: upper case letters and
// digits only.
func Key(serial string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9' || r >= 'A' && r <= 'Z':
			return r
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return -1
	}, serial)
}
