package wire

import (
	"time"

	"github.com/defekt/defekt/pipeline/claim"
)

// Photo is one photo sent along: either its bytes or an address that the server fetches.
type Photo struct {
	Data []byte `json:"data,omitempty" doc:"The photo's bytes as standard base64."`
	URL  string `json:"url,omitempty" format:"uri" doc:"A public http or https address; it is fetched before the answer."`
}

// ClaimRequest is a claim to accept, to classify or to search by.
type ClaimRequest struct {
	ID         string         `json:"id,omitempty" maxLength:"200" doc:"The sender's own reference; need not be unique."`
	Text       string         `json:"text,omitempty" doc:"What the customer or clerk wrote. A claim has text, photos or both."`
	Photos     []Photo        `json:"photos,omitempty" nullable:"false" maxItems:"20"`
	Product    string         `json:"product,omitempty" maxLength:"200" doc:"The product's name in words."`
	SKU        string         `json:"sku,omitempty" maxLength:"200" doc:"The article number."`
	Serial     string         `json:"serial,omitempty" maxLength:"200" doc:"The unit's serial number."`
	ReceivedAt time.Time      `json:"received_at,omitzero" doc:"When the sender got the claim."`
	Lang       string         `json:"lang,omitempty" maxLength:"200" doc:"BCP 47 language tag."`
	Context    map[string]any `json:"context,omitempty" doc:"Further facts by name: numbers, booleans and strings, such as batch, supplier, customer, days_since_delivery."`
}

// BatchLine is one line of a batch: a claim, with its own idempotency key if it has one.
type BatchLine struct {
	ClaimRequest
	IdempotencyKey string `json:"idempotency_key,omitempty" maxLength:"255" doc:"As the header Idempotency-Key of a single claim."`
}

// BatchResult answers one line of a batch; the results come in the order of the lines.
type BatchResult struct {
	Line     int      `json:"line" minimum:"1" doc:"The line's number, counted from 1."`
	Status   int      `json:"status" doc:"What a request with this claim alone would have been answered with."`
	ID       string   `json:"id,omitempty" doc:"The claim's id, when it was accepted."`
	Location string   `json:"location,omitempty"`
	Problem  *Problem `json:"problem,omitempty" doc:"Why it was not accepted."`
}

// Claim is a claim as the server remembers it.
type Claim struct {
	ID         string            `json:"id" format:"uuid"`
	Reference  string            `json:"reference,omitempty" doc:"The sender's own id."`
	State      string            `json:"state" enum:"queued,done,failed"`
	Text       string            `json:"text,omitempty"`
	Photos     []PhotoLink       `json:"photos,omitempty" nullable:"false"`
	Product    string            `json:"product,omitempty"`
	SKU        string            `json:"sku,omitempty"`
	Serial     string            `json:"serial,omitempty"`
	ReceivedAt time.Time         `json:"received_at,omitzero"`
	Lang       string            `json:"lang,omitempty"`
	Context    map[string]any    `json:"context,omitempty"`
	CreatedAt  time.Time         `json:"created_at"`
	FinishedAt time.Time         `json:"finished_at,omitzero"`
	Prediction *claim.Prediction `json:"prediction,omitempty" doc:"There once the state is done."`
	Failure    string            `json:"failure,omitempty" doc:"There when the state is failed."`
	Unit       *Unit             `json:"unit,omitempty" doc:"What is known of the unit; on a single claim with a serial or with codes on its photos."`
}

// PhotoLink says where a photo of a claim is served.
type PhotoLink struct {
	Href   string `json:"href"`
	Digest string `json:"digest" doc:"sha256: and 64 hex digits."`
}

// ClaimList is one page of claims, newest first.
type ClaimList struct {
	Claims []Claim `json:"claims" nullable:"false"`
	Next   string  `json:"next,omitempty" doc:"The cursor of the next page; absent with the last one."`
}

// Classification is the answer to a claim that was classified and not kept.
type Classification struct {
	Prediction claim.Prediction `json:"prediction"`
}
