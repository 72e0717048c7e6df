package ngram

// gram is one n-gram of a text: its hash and the runes lo to hi that it covers.
type gram struct {
	hash   uint64
	lo, hi int32
}

// reader extracts the grams of texts; it reuses its memory and serves one goroutine.
type reader struct {
	cfg    Config
	folded folded
	tokens []token
	hashes []uint64 // of tokens
	grams  []gram
	cols   []uint32
	sorter sorter
}

// read gives the grams of text, valid until the next read.
func (r *reader) read(text string) []gram {
	r.folded.set(text, r.cfg.KeepCase)
	r.grams = r.grams[:0]
	switch {
	case r.cfg.Unit == Words:
		r.words()
	case r.cfg.Across:
		r.across()
	default:
		r.fields()
	}
	return r.grams
}

// words reads n-grams over the words, with punctuation passed over.
func (r *reader) words() {
	r.tokens = tokenise(r.tokens[:0], r.folded.runes)
	kept := r.tokens[:0]
	from := 0
	for _, t := range r.tokens {
		if t.kind == kindRun && r.cfg.RunMin > 0 {
			r.sequence(kept[from:])
			from = len(kept)
			r.run(int(t.lo), int(t.hi))
			continue
		}
		if t.kind != kindOther && (t.kind != kindMark || r.cfg.Marks) &&
			(t.kind != kindNumber || r.cfg.Numbers != NumbersDrop) {
			kept = append(kept, t)
		}
	}
	r.sequence(kept[from:])
}

// sequence adds the n-grams of tokens that follow each other.
func (r *reader) sequence(tokens []token) {
	r.hashes = r.hashes[:0]
	for _, t := range tokens {
		r.hashes = append(r.hashes, r.tokenHash(t))
	}
	for i := range tokens {
		h := seedWord
		for n := 1; n <= r.cfg.Max && i+n <= len(tokens); n++ {
			h = mix(step(h, r.hashes[i+n-1]))
			if n >= r.cfg.Min {
				r.grams = append(r.grams, gram{finish(h), tokens[i].lo, tokens[i+n-1].hi})
			}
		}
	}
}

// tokenHash is that of the token's text, of a number's length, or of a word's stem.
func (r *reader) tokenHash(t token) uint64 {
	runes := r.folded.runes[t.lo:t.hi]
	if t.kind == kindNumber && r.cfg.Numbers == NumbersShape {
		return step(step(seedWord, '#'), uint64(min(len(runes), 5)))
	}
	h, last := seedWord, rune(0)
	if t.kind == kindWord && r.cfg.Stem {
		runes, last = stem(runes)
	}
	for _, c := range runes {
		h = step(h, uint64(c))
	}
	if last != 0 {
		h = step(h, uint64(last))
	}
	return h
}

// fields reads character n-grams of each word between spaces, padded by a space on both
// sides; a word shorter than an order counts once, whole.
func (r *reader) fields() {
	runes := r.folded.runes
	for i := 0; i < len(runes); {
		if isSpace(runes[i]) {
			i++
			continue
		}
		end, run := i+1, r.inRun(runes[i])
		for end < len(runes) && !isSpace(runes[end]) && r.inRun(runes[end]) == run {
			end++
		}
		if run {
			r.run(i, end)
		} else {
			r.field(i, end)
		}
		i = end
	}
}

func (r *reader) inRun(c rune) bool {
	return r.cfg.RunMin > 0 && c >= 0x80 && kindOf(c) == kindRun
}

func (r *reader) field(lo, hi int) {
	runes := r.folded.runes
	for start := lo - 1; start <= hi; start++ {
		h := seedChar
		for n := 1; n <= r.cfg.Max && start+n <= hi+1; n++ {
			at := start + n - 1
			c := ' '
			if at >= lo && at < hi {
				c = runes[at]
			}
			h = step(h, uint64(c))
			whole := start == lo-1 && at == hi && n < r.cfg.Min
			if (n >= r.cfg.Min || whole) && (n > 1 || c != ' ') {
				r.grams = append(r.grams, gram{finish(h), int32(max(start, lo)), int32(min(at+1, hi))})
			}
		}
	}
}

// run reads character n-grams within a run of a script without spaces.
func (r *reader) run(lo, hi int) {
	runes := r.folded.runes
	for start := lo; start < hi; start++ {
		h := seedRun
		for n := 1; n <= r.cfg.RunMax && start+n <= hi; n++ {
			h = step(h, uint64(runes[start+n-1]))
			if n >= r.cfg.RunMin {
				r.grams = append(r.grams, gram{finish(h), int32(start), int32(start + n)})
			}
		}
	}
}

// across reads character n-grams of the whole text; white space of any length counts as
// one space.
func (r *reader) across() {
	runes := r.folded.runes
	for start := range runes {
		if isSpace(runes[start]) && start > 0 && isSpace(runes[start-1]) {
			continue
		}
		h, n, blank := seedChar, 0, true
		for at := start; at < len(runes) && n < r.cfg.Max; at++ {
			c := runes[at]
			if isSpace(c) {
				if at > start && isSpace(runes[at-1]) {
					continue
				}
				c = ' '
			} else {
				blank = false
			}
			n++
			h = step(h, uint64(c))
			if n >= r.cfg.Min && !blank {
				r.grams = append(r.grams, gram{finish(h), int32(start), int32(at + 1)})
			}
		}
	}
}
