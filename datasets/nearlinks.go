package datasets

import "context"

// NearLinks gives links for [SplitOptions] that keep near-duplicate texts together. Texts
// that are already joined through others are not compared again.
func NearLinks(ctx context.Context, texts []string) ([][2]int, error) {
	u := newUnionFind(len(texts))
	var links [][2]int
	err := NearTexts(ctx, texts, func(a, b int) bool { return u.find(a) != u.find(b) }, func(p Pair) {
		u.join(p.A, p.B)
		links = append(links, [2]int{p.A, p.B})
	})
	return links, err
}
