package api

import (
	"time"

	"github.com/defekt/defekt/pipeline/photo"
)

// Limits on what comes in. Each has a code in the table of problems and a test.
const (
	// MaxBody is the largest body of a request with photos, in bytes.
	MaxBody = 64 << 20
	// MaxSmallBody is the largest body of a request that has no photos, in bytes.
	MaxSmallBody = 64 << 10
	// MaxProposal is the largest body of a new version of the taxonomy, in bytes.
	MaxProposal = 2 << 20
	// MaxPhotoBytes is the largest photo, in bytes.
	MaxPhotoBytes = photo.MaxBytes
	// MaxPhotos is how many photos a claim may have.
	MaxPhotos = 20
	// MaxText is the longest text, in bytes.
	MaxText = 100_000
	// MaxField is the longest of the other strings, in bytes; MaxContextString is the
	// longest string among a claim's further facts.
	MaxField         = 200
	MaxContextString = 2_000
	// MaxContext is how many further facts a claim may have.
	MaxContext = 64
	// MaxDepth is how deep JSON may nest.
	MaxDepth = 16
	// MaxURL is the longest address, of a request or a photo, in bytes.
	MaxURL = 8 << 10
	// MaxHeader is the size of all header lines together, in bytes. Beyond HardHeader the
	// connection is cut before the request is looked at.
	MaxHeader  = 16 << 10
	HardHeader = 64 << 10
	// MaxKey is the longest idempotency key.
	MaxKey = 255
	// MaxBatchLine is the longest line of a batch, in bytes; MaxBatchLines how many a batch
	// may have.
	MaxBatchLine  = 16 << 20
	MaxBatchLines = 100_000
	// MaxParts is how many parts a multipart body may have.
	MaxParts = MaxPhotos + 1
	// MaxWait is the longest wait that Prefer can ask for.
	MaxWait = 30 * time.Second
	// MaxLabels is how many labels a filter may name.
	MaxLabels = 10
)

const (
	// DefaultPage is the length of a page when none is asked for.
	DefaultPage = 50
	// TwinDistance is in how many bits two photos' hashes may differ to be called twins.
	TwinDistance = 6
)

// MaxQueryVectors is how many vectors of a claim are compared; a claim with more photos is
// compared by its first ones.
const MaxQueryVectors = 8
