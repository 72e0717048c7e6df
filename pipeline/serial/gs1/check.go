package gs1

import "strings"

// CheckDigit gives the digit that completes digits: weights 3 and 1 from the right
// (GS1 General Specifications, 7.9.1). It is false when digits is empty or holds anything
// but 0 to 9.
func CheckDigit(digits string) (byte, bool) {
	sum, weight := 0, 3
	for i := len(digits) - 1; i >= 0; i-- {
		if digits[i] < '0' || digits[i] > '9' {
			return 0, false
		}
		sum += int(digits[i]-'0') * weight
		weight = 4 - weight
	}
	return byte('0' + (10-sum%10)%10), digits != ""
}

// ValidCheckDigit says whether the last digit is the check digit of those before it.
func ValidCheckDigit(digits string) bool {
	if len(digits) < 2 {
		return false
	}
	want, ok := CheckDigit(digits[:len(digits)-1])
	return ok && digits[len(digits)-1] == want
}

// NormalGTIN gives a GTIN-8, -12, -13 or -14 as 14 digits. It is false for other lengths and
// for a wrong check digit.
func NormalGTIN(digits string) (string, bool) {
	switch len(digits) {
	case 8, 12, 13, 14:
		if ValidCheckDigit(digits) {
			return strings.Repeat("0", 14-len(digits)) + digits, true
		}
	}
	return "", false
}

// Set82 are the characters of a serial, among others (GS1 General Specifications, figure 7.11-1).
const Set82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"

// set39 stands in figure 7.11-2; the check characters of a Global Model Number are of set32.
const (
	set39 = "#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	set32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
)

// validPair tests the two check characters that end a Global Model Number (7.9.5): each
// character's place in [Set82] times a prime, the rightmost the smallest, modulo 1021.
func validPair(text string) bool {
	primes := [...]int{2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83}
	n := len(text) - 2
	if n < 1 || n > len(primes) {
		return false
	}
	sum := 0
	for i := range n {
		place := strings.IndexByte(Set82, text[i])
		if place < 0 {
			return false
		}
		sum += place * primes[n-1-i]
	}
	sum %= 1021
	return text[n] == set32[sum>>5] && text[n+1] == set32[sum&31]
}
