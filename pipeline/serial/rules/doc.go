// Package rules reads what a brand's serial number says: whether it can exist, when and in
// which plant the unit was made.
//
// Its place in the flow: a brand describes its serials in a YAML file; package serial has
// typed serials and texts from codes tested by it, and package codes takes a serial whose
// check digit is right as proven.
//
//	brands:
//	  - name: Acme
//	    skus: ["AC-*"]                  # globs; without any, the brand is for every SKU
//	    serials:
//	      - name: since-2021
//	        pattern: '(?P<plant>[A-Z]{2})(?P<year>\d{2})(?P<week>\d{2})(?P<number>\d{6})(?P<check>\d)'
//	        ignore: "- "                # passed over before the pattern is tried
//	        check: {scheme: luhn, over: [year, week, number]}
//	        plants: {LD: Lodz, SZ: Suzhou}
//	        years: {A: 2020, B: 2021}   # where the year is a code; else 2 or 4 digits
//	        months: "123456789ABC"      # where the month is one character; else 01 to 12
//	        first: "2021-01-01"         # no unit is older
//
// The trade-offs: patterns are regular expressions without backtracking (RE2), so that a
// pattern from a file cannot hang the program; a plant that is not listed is an error only
// where plants are listed at all.
package rules
