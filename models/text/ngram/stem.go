package ngram

// endings are cut in this order, the first that fits; after a cut of "ies" or "ied" a
// "y" is put back. Far coarser than Porter (1980), and enough to join the inflections
// that decide few of the labels.
var endings = [...]string{"ingly", "edly", "ings", "ness", "ing", "ies", "ied", "ed", "es", "ly", "s"}

// minStem is the number of letters that must remain.
const minStem = 3

// stem gives the part of word to keep and the rune to put after it, or 0.
func stem(word []rune) ([]rune, rune) {
	for _, e := range endings {
		if len(word)-len(e) < minStem || !endsWith(word, e) || e == "s" && word[len(word)-2] == 's' {
			continue
		}
		if e == "ies" || e == "ied" {
			return word[:len(word)-len(e)], 'y'
		}
		return word[:len(word)-len(e)], 0
	}
	return word, 0
}

func endsWith(word []rune, ending string) bool {
	tail := word[len(word)-len(ending):]
	for i, r := range ending {
		if tail[i] != r {
			return false
		}
	}
	return true
}
