package storetest

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/store"
)

func twinCases() []testCase {
	return []testCase{
		{"by distance, then claim", twinsOrder},
		{"not of the same customer", twinsCustomer},
		{"the highest bit", twinsBits},
		{"of what is not there", func(b *bench) {
			_, err := b.store.Twins(b.ctx, uuid.NewString(), 3)
			b.wantErr(err, store.ErrNotFound)
			got, err := b.store.Twins(b.ctx, b.accept(text("queued")).ID, 3)
			b.check(err)
			b.same("twins", got, []store.Twin{})
		}},
	}
}

// pictured stores a claim of a customer with hashed photos.
func (b *bench) pictured(owner, customer string, photos ...store.PhotoHash) string {
	b.Helper()
	n := text("photo")
	n.Owner = owner
	if customer != "" {
		fact(&n, "customer", customer)
	}
	for _, p := range photos {
		n.Claim.Photos = append(n.Claim.Photos, p.Blob)
	}
	o := predicted("severity=major")
	o.Photos = photos
	return b.done(n, o).ID
}

func (b *bench) twins(id string, distance int) []store.Twin {
	b.Helper()
	got, err := b.store.Twins(b.ctx, id, distance)
	b.check(err)
	return got
}

func twinsOrder(b *bench) {
	me := b.pictured("o", "me", store.PhotoHash{Blob: blob(1), Hash: 0b1111}, store.PhotoHash{Blob: blob(2), Hash: 0xff00})
	far := b.pictured("o", "a", store.PhotoHash{Blob: blob(3), Hash: 0b0001})
	near := b.pictured("o", "b", store.PhotoHash{Blob: blob(4), Hash: 0b0111}, store.PhotoHash{Blob: blob(5), Hash: 0xff01})
	alike := b.pictured("o", "c", store.PhotoHash{Blob: blob(1), Hash: 0b1111})
	want := []store.Twin{
		{Photo: blob(1), Other: blob(1), Claim: alike, Distance: 0},
		{Photo: blob(1), Other: blob(4), Claim: near, Distance: 1},
		{Photo: blob(2), Other: blob(5), Claim: near, Distance: 1},
		{Photo: blob(1), Other: blob(3), Claim: far, Distance: 3},
	}
	for distance, n := range []int{1, 3, 3, 4} {
		got := b.twins(me, distance)
		slices.SortStableFunc(got, func(x, y store.Twin) int {
			if x.Distance != y.Distance || x.Claim != y.Claim {
				return 0 // the store's order counts
			}
			return strings.Compare(x.Photo, y.Photo)
		})
		b.same("twins", got, want[:n])
	}
}

func twinsCustomer(b *bench) {
	photo := store.PhotoHash{Blob: blob(1), Hash: 42}
	me := b.pictured("o", "me", photo)
	b.pictured("o", "me", photo)
	want := []string{b.pictured("o", "you", photo), b.pictured("p", "me", photo), b.pictured("o", "Me", photo), b.pictured("o", "", photo)}
	var got []string
	for _, t := range b.twins(me, 0) {
		got = append(got, t.Claim)
	}
	b.same("twins", got, want)
	b.same("of the unknown customer", len(b.twins(want[3], 0)), 5)
}

func twinsBits(b *bench) {
	me := b.pictured("o", "me", store.PhotoHash{Blob: blob(1), Hash: 1 << 63})
	other := b.pictured("o", "a", store.PhotoHash{Blob: blob(2), Hash: 0})
	all := b.pictured("o", "b", store.PhotoHash{Blob: blob(3), Hash: ^uint64(0)})
	b.same("twins", b.twins(me, 64), []store.Twin{
		{Photo: blob(1), Other: blob(2), Claim: other, Distance: 1},
		{Photo: blob(1), Other: blob(3), Claim: all, Distance: 63},
	})
	b.same("twins", b.twins(all, 63), []store.Twin{{Photo: blob(3), Other: blob(1), Claim: me, Distance: 63}})
}
