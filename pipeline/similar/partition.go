package similar

// noise is the group of rows that belong to none.
const noise = -1

// partition groups all rows of a fresh index. Rows in groups of less than MinSize are noise;
// the others are numbered by their first row.
func (x *index) partition() []int32 {
	lists := make([][]near, len(x.items))
	for row := range lists {
		lists[row] = x.nearest(int32(row))
	}
	group := communities(link(lists), x.cfg.Resolution, x.cfg.Starts, x.cfg.Seed)
	size := map[int32]int{}
	for _, c := range group {
		size[c]++
	}
	for row, c := range group {
		if size[c] < x.cfg.MinSize {
			group[row] = noise
		}
	}
	number(group)
	return group
}
