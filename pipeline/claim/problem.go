package claim

import "errors"

// Code names one kind of bad input. Codes are stable: scripts and claims systems match
// on them, never on messages.
type Code string

// Codes of rows and texts.
const (
	CodeRowMalformed Code = "row_malformed"       // the row is no valid JSON object or CSV record
	CodeRowTooLong   Code = "row_too_long"        // the row has more bytes than a reader takes
	CodeIDMissing    Code = "id_missing"          // no id; the line number stands in
	CodeIDDuplicate  Code = "id_duplicate"        // the id stood on an earlier row
	CodeEmpty        Code = "claim_empty"         // neither text nor photo
	CodeTextEmpty    Code = "text_empty"          // a text of white space only
	CodeTextUTF8     Code = "text_not_utf8"       // bytes that are no UTF-8; replaced by U+FFFD
	CodeTextTooLong  Code = "text_too_long"       // cut at the limit
	CodeLabelUnknown Code = "label_unknown"       // a label that the taxonomy does not have
	CodeTimeInvalid  Code = "received_at_invalid" // not RFC 3339 and not a date
)

// Codes of photos.
const (
	CodePhotoMissing   Code = "photo_missing"    // the reference leads to nothing
	CodePhotoUnread    Code = "photo_unreadable" // found, but reading failed
	CodePhotoEmpty     Code = "photo_empty"      // zero bytes
	CodePhotoTooLarge  Code = "photo_too_large"  // more bytes than the limit
	CodePhotoPixels    Code = "photo_too_many_pixels"
	CodePhotoSide      Code = "photo_side_too_long" // one side longer than the limit
	CodePhotoRatio     Code = "photo_ratio"         // too long and thin
	CodePhotoFormat    Code = "photo_format"        // not a format that is read (by content)
	CodePhotoTruncated Code = "photo_truncated"     // the file ends early
	CodePhotoCorrupt   Code = "photo_corrupt"       // the decoder gave up
	CodePhotoPanic     Code = "photo_decoder_panic" // a decoder panicked; contained
	CodePhotoTooSmall  Code = "photo_too_small"     // verdict: not enough pixels to judge
	CodePhotoBlurred   Code = "photo_blurred"       // verdict
	CodePhotoDark      Code = "photo_too_dark"      // verdict
	CodePhotoBlank     Code = "photo_blank"         // verdict: one colour, nothing to see
	CodePhotoOutside   Code = "photo_outside_root"  // the reference leaves the data folder; refused
	CodePhotosTooMany  Code = "photos_too_many"     // more photos than a claim may have
)

// Codes of photos that are given by URL, and of those kept in the store of photos.
const (
	CodePhotoURL            Code = "photo_url_malformed"   // not a URL with a host in its usual form
	CodePhotoURLScheme      Code = "photo_url_scheme"      // neither http nor https
	CodePhotoURLUserinfo    Code = "photo_url_userinfo"    // a user name or password in the URL
	CodePhotoURLPort        Code = "photo_url_port"        // a port that is not used for photos
	CodePhotoURLAddress     Code = "photo_url_address"     // leads, or redirects, to an address that is not public
	CodePhotoURLUnresolved  Code = "photo_url_unresolved"  // the name has no address
	CodePhotoURLUnreachable Code = "photo_url_unreachable" // no connection, or it broke off
	CodePhotoURLTimeout     Code = "photo_url_timeout"     // took longer than the limit
	CodePhotoURLRedirects   Code = "photo_url_redirects"   // too many redirects, or one to nowhere
	CodePhotoURLStatus      Code = "photo_url_status"      // the answer is not 200
	CodePhotoURLType        Code = "photo_url_type"        // a web page, or a packed body
	CodePhotoStore          Code = "photo_store"           // our store of photos failed; the photo may be there on another try
)

// Codes of the pipeline itself.
const (
	CodeInternal  Code = "internal"  // a panic or fault of ours, contained
	CodeCancelled Code = "cancelled" // the run was stopped before this claim was done
)

// Problem is one fault of one input, in words that say what to do next. It is an error,
// so that functions can return it; use [errors.As] or [AsProblem] to get it back.
type Problem struct {
	Code Code `json:"code"`
	// Where names the place in the claim: "text", "photos[1]", "labels.severity", "row".
	Where string `json:"where,omitempty"`
	// Message is a sentence for a person.
	Message string `json:"message"`
}

// Error gives "where: message (code)".
func (p Problem) Error() string {
	if p.Where == "" {
		return p.Message + " (" + string(p.Code) + ")"
	}
	return p.Where + ": " + p.Message + " (" + string(p.Code) + ")"
}

// AsProblem gives the Problem in err's chain. An error without one becomes a Problem
// with the code fallback, so that every failure has a code.
func AsProblem(err error, fallback Code) Problem {
	var p Problem
	if errors.As(err, &p) {
		return p
	}
	return Problem{Code: fallback, Message: err.Error()}
}

// At returns p with its place set to where.
func (p Problem) At(where string) Problem {
	p.Where = where
	return p
}
