package suggest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
)

// Limits and defaults of a [Finder].
const (
	// MaxKey is the longest key; GS1 serials have 20 signs.
	MaxKey = 40
	// MinKey is the shortest key: below it nearly everything is one error away.
	MinKey = 4
	// DefaultMaxPrice allows one error of any kind, or several cheap ones.
	DefaultMaxPrice = 1.2
	// DefaultMaxVariants is how many serials the store is asked for.
	DefaultMaxVariants = 6000
	// DefaultMost is how many suggestions come back.
	DefaultMost = 5
	// Batch is how many keys the store is asked for at once.
	Batch = 1000
)

// Known is the store of serials.
type Known interface {
	// Existing must give, for each key that a known serial has, the serial as it is stored.
	// Keys are in the form of [Key], each once, at most [Batch] of them; the answer's order
	// does not matter.
	Existing(ctx context.Context, keys []string) (map[string]string, error)
}

// Config says how a [Finder] works. The zero value is a good one.
type Config struct {
	// MaxPrice is the most that a suggestion's errors may cost together, above 0 and at most
	// 3. 0 means [DefaultMaxPrice].
	MaxPrice float64
	// MaxVariants limits the keys that the store is asked for, cheapest first, up to 100,000.
	// 0 means [DefaultMaxVariants].
	MaxVariants int
	// Most is the number of suggestions. 0 means [DefaultMost].
	Most int
}

// Validate reports every field that is out of range.
func (c Config) Validate() error {
	var errs []error
	if c.MaxPrice < 0 || c.MaxPrice > 3 {
		errs = append(errs, fmt.Errorf("suggest: MaxPrice is %v; it must be within 0 (the default) and 3", c.MaxPrice))
	}
	if c.MaxVariants < 0 || c.MaxVariants > 100_000 {
		errs = append(errs, fmt.Errorf("suggest: MaxVariants is %d; it must be within 0 (the default) and 100000", c.MaxVariants))
	}
	if c.Most < 0 || c.Most > 100 {
		errs = append(errs, fmt.Errorf("suggest: Most is %d; it must be within 0 (the default) and 100", c.Most))
	}
	return errors.Join(errs...)
}

// Suggestion is a known serial near the typed one.
type Suggestion struct {
	// Serial is as the store has it.
	Serial string `json:"serial"`
	// Price is what the errors cost: 0 is the same but for case and separators.
	Price float64 `json:"price"`
}

// Finder finds suggestions. It is safe for concurrent use if its store is.
type Finder struct {
	known  Known
	config Config
	prices *prices
}

// New gives a finder over known, or an error that names each field out of range.
func New(known Known, c Config) (*Finder, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	c.MaxPrice = cmp.Or(c.MaxPrice, DefaultMaxPrice)
	c.MaxVariants = cmp.Or(c.MaxVariants, DefaultMaxVariants)
	c.Most = cmp.Or(c.Most, DefaultMost)
	return &Finder{known, c, newPrices()}, nil
}

// Near gives the known serials nearest to a typed one, cheapest first, then by serial; none
// for a text that is no serial (shorter than [MinKey] or longer than [MaxKey]). The error is
// the store's.
func (f *Finder) Near(ctx context.Context, serial string) ([]Suggestion, error) {
	key := Key(serial)
	if len(key) < MinKey || len(key) > MaxKey {
		return nil, nil
	}
	singles, next := f.singles(key)
	out, err := f.existing(ctx, ordered(singles))
	if err != nil {
		return nil, err
	}
	if len(out) == 0 || out[0].Price > PriceKeyboard {
		// Several cheap errors may be likelier than the dear one that was found, if any.
		if out, err = f.existing(ctx, f.several(singles, next)); err != nil {
			return nil, err
		}
	}
	return out[:min(len(out), f.config.Most)], nil
}

// existing asks the store, cheapest first, until there are enough.
func (f *Finder) existing(ctx context.Context, all []variant) ([]Suggestion, error) {
	var out []Suggestion
	for batch := range slices.Chunk(all[:min(len(all), f.config.MaxVariants)], Batch) {
		keys := make([]string, len(batch))
		for i, v := range batch {
			keys[i] = v.key
		}
		found, err := f.known.Existing(ctx, keys)
		if err != nil {
			return nil, fmt.Errorf("suggest: known serials: %w", err)
		}
		for _, v := range batch {
			if stored, ok := found[v.key]; ok {
				out = append(out, Suggestion{stored, v.price})
			}
		}
		if len(out) >= f.config.Most {
			break // later batches are dearer
		}
	}
	slices.SortFunc(out, func(a, b Suggestion) int {
		return cmp.Or(cmp.Compare(a.Price, b.Price), cmp.Compare(a.Serial, b.Serial))
	})
	return out, nil
}

// variant is a key that the typed one may stand for.
type variant struct {
	key   string
	price float64
}

// singles makes the keys with one error, and lists those that may have a further one.
func (f *Finder) singles(key string) (best map[string]float64, next []variant) {
	best = map[string]float64{key: 0}
	f.errors(key, PriceOther, f.put(best, &next, 0))
	return best, next
}

// several adds keys with further cheap errors, round by round, and gives all of them
// cheapest first, then by key.
func (f *Finder) several(best map[string]float64, next []variant) []variant {
	most := 2 * f.config.MaxVariants
	for len(next) > 0 && len(best) < most {
		now := next
		next = nil
		slices.SortFunc(now, byPrice)
		for _, v := range now {
			rest := min(f.config.MaxPrice-v.price+slack, PriceKeyboard)
			if f.errors(v.key, rest, f.put(best, &next, v.price)); len(best) >= most {
				break
			}
		}
	}
	return ordered(best)
}

// slack keeps sums of prices that are equal on paper equal here.
const slack = 1e-9

// put gives what notes a key at its price, and lists it if it can have a further error.
func (f *Finder) put(best map[string]float64, next *[]variant, before float64) func(string, float64) {
	return func(k string, price float64) {
		price += before
		old, ok := best[k]
		if price > f.config.MaxPrice+slack || ok && price >= old {
			return
		}
		best[k] = price
		if price+PriceAlike <= f.config.MaxPrice+slack {
			*next = append(*next, variant{k, price})
		}
	}
}

func byPrice(a, b variant) int {
	return cmp.Or(cmp.Compare(a.price, b.price), cmp.Compare(a.key, b.key))
}

func ordered(best map[string]float64) []variant {
	all := make([]variant, 0, len(best))
	for k, p := range best {
		all = append(all, variant{k, p})
	}
	slices.SortFunc(all, byPrice)
	return all
}

// errors makes every key that one error of at most `limit` turns key into.
func (f *Finder) errors(key string, limit float64, put func(string, float64)) {
	for i := range key {
		own := key[i]
		for _, r := range f.prices.replacing(own, limit) {
			put(key[:i]+r.sign+key[i+1:], r.price)
		}
		if i+1 < len(key) && key[i+1] != own && limit >= PriceSwap {
			put(key[:i]+key[i+1:i+2]+key[i:i+1]+key[i+2:], PriceSwap)
		}
		if p := doubled(key, i); p <= limit {
			put(key[:i]+key[i+1:], p)
		}
		if limit >= PriceDouble {
			put(key[:i]+key[i:i+1]+key[i:], PriceDouble)
		}
	}
	if limit < PriceOther || len(key) >= MaxKey {
		return
	}
	for i := 0; i <= len(key); i++ {
		for k := range signs {
			put(key[:i]+signs[k:k+1]+key[i:], PriceOther)
		}
	}
}

// doubled is the price of leaving out the sign at i.
func doubled(key string, i int) float64 {
	if i > 0 && key[i-1] == key[i] || i+1 < len(key) && key[i+1] == key[i] {
		return PriceDouble
	}
	return PriceOther
}
