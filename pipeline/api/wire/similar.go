package wire

// Filter narrows claims; what is empty does not. All given must hold.
type Filter struct {
	State     string   `json:"state,omitempty" enum:"queued,done,failed"`
	Product   string   `json:"product,omitempty" maxLength:"200"`
	SKU       string   `json:"sku,omitempty" maxLength:"200"`
	Serial    string   `json:"serial,omitempty" maxLength:"200"`
	Batch     string   `json:"batch,omitempty" maxLength:"200"`
	Supplier  string   `json:"supplier,omitempty" maxLength:"200"`
	Lang      string   `json:"lang,omitempty" maxLength:"200"`
	Reference string   `json:"reference,omitempty" maxLength:"200"`
	From      string   `json:"from,omitempty" doc:"Inclusive, RFC 3339 or a date; compares created_at."`
	Until     string   `json:"until,omitempty" doc:"Exclusive, RFC 3339 or a date."`
	Labels    []string `json:"labels,omitempty" nullable:"false" maxItems:"10" doc:"axis=label, predicted without abstention; all must hold."`
	Abstained bool     `json:"abstained,omitempty" doc:"Only claims with at least one abstention."`
	Text      string   `json:"text,omitempty" maxLength:"200" doc:"Only claims whose text has this in it, without regard to ASCII case."`
	Cluster   string   `json:"cluster,omitempty" maxLength:"200"`
}

// SearchRequest looks for claims by text, photos or both.
type SearchRequest struct {
	Text   string  `json:"text,omitempty"`
	Photos []Photo `json:"photos,omitempty" nullable:"false" maxItems:"20"`
	K      int     `json:"k,omitempty" minimum:"1" maximum:"200" doc:"How many claims are wanted; 10 unless told."`
	By     string  `json:"by,omitempty" enum:"text,photos" doc:"Compare by this only."`
	Filter Filter  `json:"filter,omitzero"`
}

// Similar is what search and similar answer: claims by similarity, then id.
type Similar struct {
	Hits      []Hit  `json:"hits" nullable:"false"`
	Exact     bool   `json:"exact" doc:"Nothing nearer was missed."`
	Truncated bool   `json:"truncated" doc:"Fewer came than were asked for, though more exist."`
	Twins     []Twin `json:"twins,omitempty" nullable:"false" doc:"Photos of other customers' claims that look like this claim's: a hint, no proof."`
}

// Hit is one similar claim.
type Hit struct {
	Claim Claim `json:"claim"`
	// Score is the largest cosine similarity over the spaces compared.
	Score  float64            `json:"score" minimum:"-1" maximum:"1" doc:"The largest of the similarities by space."`
	Scores map[string]float64 `json:"scores" doc:"Cosine similarity by space, where it was among the nearest."`
}

// Twin is a photo that looks like one of another claim.
type Twin struct {
	Photo    string `json:"photo" doc:"Digest of this claim's photo."`
	Other    string `json:"other" doc:"Digest of the other claim's photo."`
	Claim    string `json:"claim"`
	Distance int    `json:"distance" doc:"Bits in which the perceptual hashes differ."`
}
