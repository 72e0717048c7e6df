package datasets

// Limits of one row. What lies beyond is reported on the claim, never dropped in silence.
const (
	// MaxRow is the longest row in bytes; a longer one gives a claim with the problem
	// row_too_long.
	MaxRow = 4 << 20
	// MaxText is the longest text in characters (runes); the rest is cut.
	MaxText = 50_000
	// MaxPhotos is the largest number of photos of a claim; the first ones stay.
	MaxPhotos = 20
	// maxLabel is the longest label in bytes, that of package taxonomy.
	maxLabel = 200
)
