package api

import (
	"context"
	"errors"
	"maps"
	"net/http"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/learning"
	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/review/revision"
	"github.com/defekt/defekt/pipeline/store"
)

// Codes of the API's own problems; those of claims and photos are package claim's.
const (
	codeBodyMalformed  claim.Code = "body_malformed"
	codeBodyInvalid    claim.Code = "body_invalid"
	codeBodyMissing    claim.Code = "body_missing"
	codeBodyTooLarge   claim.Code = "body_too_large"
	codeBodyTooSlow    claim.Code = "body_too_slow"
	codeBodyCut        claim.Code = "body_incomplete"
	codeParameter      claim.Code = "parameter_invalid"
	codeMediaType      claim.Code = "media_type"
	codeRequest        claim.Code = "request_malformed"
	codeHost           claim.Code = "host_refused"
	codeCrossOrigin    claim.Code = "cross_origin"
	codeURLTooLong     claim.Code = "url_too_long"
	codeHeaderTooLarge claim.Code = "header_too_large"
	codeIdempotency    claim.Code = "idempotency_key_invalid"
	codeConflict       claim.Code = "idempotency_conflict"
	codeTaken          claim.Code = "conflict"
	codeFinished       claim.Code = "already_finished"
	codeCursor         claim.Code = "cursor_invalid"
	codeNotFound       claim.Code = "not_found"
	codeMethod         claim.Code = "method_not_allowed"
	codeKeyMissing     claim.Code = "key_missing"
	codeKeyInvalid     claim.Code = "key_invalid"
	codeScope          claim.Code = "scope_missing"
	codeRate           claim.Code = "rate_limited"
	codeKeyBusy        claim.Code = "key_busy"
	codeFull           claim.Code = "server_full"
	codeQueueFull      claim.Code = "queue_full"
	codeBusy           claim.Code = "store_busy"
	codeBatchTooLong   claim.Code = "batch_too_long"
	codeWebhookURL     claim.Code = "webhook_url_invalid"
	codeVectorsNone    claim.Code = "nothing_to_compare"
	codeTimeout        claim.Code = "timeout"

	codePromotionsOff    claim.Code = "promotions_off"
	codeReviewOff        claim.Code = "review_off"
	codeReviewerMissing  claim.Code = "reviewer_missing"
	codeReviewerUnknown  claim.Code = "reviewer_unknown"
	codeReviewerDisabled claim.Code = "reviewer_disabled"
	codeReviewerOther    claim.Code = "reviewer_other"
	codeImportTask       claim.Code = "import_task_unknown"
	codeImportSeveral    claim.Code = "import_several"
	codeImportNone       claim.Code = "import_no_answer"
)

// kind is one line of the table: what a code is answered with.
type kind struct {
	status int
	title  string
}

// kinds is the one table from codes to answers. A claim's code that is not in it is the
// sender's fault and becomes 422; an error without a code never gets here, see codeOf.
func kinds() map[claim.Code]kind {
	const (
		bad, large, unprocessable = http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity
		media, busy               = http.StatusUnsupportedMediaType, http.StatusServiceUnavailable
	)
	all := map[claim.Code]kind{
		codeBodyMalformed:         {bad, "The body cannot be read"},
		codeBodyMissing:           {bad, "The request needs a body"},
		codeBodyCut:               {bad, "The body ended early"},
		codeBodyInvalid:           {unprocessable, "The body has something that is not allowed"},
		codeBodyTooLarge:          {large, "The body is too large"},
		codeBodyTooSlow:           {http.StatusRequestTimeout, "The body came too slowly"},
		codeParameter:             {unprocessable, "A parameter is not valid"},
		codeMediaType:             {media, "The content type is not one that is read here"},
		codeRequest:               {bad, "The request cannot be read"},
		codeHost:                  {http.StatusMisdirectedRequest, "The server does not answer under this name"},
		codeCrossOrigin:           {http.StatusForbidden, "Pages of other origins may not send here"},
		codeURLTooLong:            {http.StatusRequestURITooLong, "The address is too long"},
		codeHeaderTooLarge:        {http.StatusRequestHeaderFieldsTooLarge, "The headers are too large"},
		codeIdempotency:           {bad, "The idempotency key is not valid"},
		codeConflict:              {http.StatusConflict, "The idempotency key was used with another claim"},
		codeTaken:                 {http.StatusConflict, "This cannot be done in the present state"},
		codeFinished:              {http.StatusConflict, "The claim is finished already"},
		codeCursor:                {bad, "The cursor is not one of this list's"},
		codeNotFound:              {http.StatusNotFound, "There is no such thing"},
		codeMethod:                {http.StatusMethodNotAllowed, "The method is not allowed here"},
		codeKeyMissing:            {http.StatusUnauthorized, "An API key is needed"},
		codeKeyInvalid:            {http.StatusUnauthorized, "The API key is not valid"},
		codeScope:                 {http.StatusForbidden, "The API key lacks the scope"},
		codeRate:                  {http.StatusTooManyRequests, "The key's rate is used up"},
		codeKeyBusy:               {http.StatusTooManyRequests, "The key has all the requests under way that it may have"},
		codeFull:                  {busy, "The server has all it can do"},
		codeQueueFull:             {busy, "Too many claims wait for classification"},
		codeBusy:                  {busy, "The store did not answer in time"},
		codeTimeout:               {busy, "This took too long"},
		codeBatchTooLong:          {large, "The batch has too many lines"},
		codeWebhookURL:            {unprocessable, "The webhook's address is not allowed"},
		codeVectorsNone:           {unprocessable, "There is nothing to compare by"},
		claim.CodePhotoURL:        {unprocessable, "The photo's URL is not valid"},
		claim.CodePhotoURLScheme:  {unprocessable, "The photo's URL has a scheme that is not fetched"},
		claim.CodePhotoURLAddress: {unprocessable, "The photo's URL leads to an address that is not public"},
		claim.CodePhotoURLTimeout: {unprocessable, "The photo did not come in time"},
		claim.CodePhotoStore:      {busy, "The store of photos did not answer"},
		claim.CodeRowMalformed:    {bad, "The line is not a claim"},
		claim.CodeRowTooLong:      {large, "The line is too long"},
		claim.CodeEmpty:           {unprocessable, "The claim has neither text nor photo"},
		claim.CodeTextEmpty:       {unprocessable, "The text is white space only"},
		claim.CodeTextTooLong:     {large, "The text is too long"},
		claim.CodeTimeInvalid:     {unprocessable, "The time is not valid"},
		claim.CodePhotoTooLarge: {large,
			"The photo is too large"},
		claim.CodePhotoFormat:   {media, "The photo's format is not one that is read"},
		claim.CodePhotoMissing:  {http.StatusNotFound, "The photo is not there"},
		claim.CodePhotoEmpty:    {unprocessable, "The photo has no bytes"},
		claim.CodePhotosTooMany: {unprocessable, "The claim has too many photos"},
		claim.CodeCancelled:     {busy, "The server is stopping"},
		claim.CodeInternal:      {http.StatusInternalServerError, "Something failed on our side"},

		codePromotionsOff:        {http.StatusNotFound, "This server cannot change the model"},
		learning.CodeGates:       {http.StatusConflict, "The model did not pass its gates"},
		learning.CodeLive:        {http.StatusConflict, "The model answers already"},
		learning.CodeOvertaken:   {http.StatusConflict, "Another model was promoted meanwhile"},
		learning.CodeNoWayBack:   {http.StatusConflict, "There is no model to go back to"},
		learning.CodeAmbiguous:   {unprocessable, "Several models are meant"},
		codeReviewOff:            {http.StatusNotFound, "This server keeps no review queue"},
		codeReviewerMissing:      {unprocessable, "Name the reviewer who acts"},
		codeReviewerUnknown:      {unprocessable, "There is no reviewer of this name"},
		codeReviewerDisabled:     {http.StatusForbidden, "The reviewer is disabled"},
		codeReviewerOther:        {http.StatusForbidden, "The API key acts for another reviewer"},
		codeImportTask:           {unprocessable, "The task is not one that was exported from here"},
		codeImportSeveral:        {unprocessable, "Several people answered the task"},
		codeImportNone:           {http.StatusNotFound, "Nobody answered the task"},
		review.CodeQueueEmpty:    {http.StatusNotFound, "Nothing waits for this reviewer"},
		review.CodeStale:         {http.StatusConflict, "The item moved on"},
		review.CodeNotYours:      {http.StatusForbidden, "It is another reviewer's"},
		review.CodeRole:          {http.StatusForbidden, "The reviewer lacks the role"},
		review.CodeLabels:        {unprocessable, "The labels are no answer to the item"},
		review.CodeLabelsOld:     {unprocessable, "The taxonomy changed meanwhile"},
		review.CodeUnsettled:     {http.StatusConflict, "The claim is not settled"},
		review.CodeWhyMissing:    {unprocessable, "A reason is needed"},
		review.CodeWhyTooLong:    {unprocessable, "The reason is too long"},
		review.CodeTook:          {unprocessable, "The time is not one that an answer takes"},
		review.CodeUndoLate:      {http.StatusConflict, "The decision can no longer be taken back"},
		review.CodeUndoBuiltOn:   {http.StatusConflict, "Somebody has gone on from the decision"},
		review.CodeSignIn:        {http.StatusUnauthorized, "Name or password is wrong"},
		review.CodeSignInWait:    {http.StatusTooManyRequests, "Too many wrong passwords"},
		review.CodePasswordShort: {unprocessable, "The password is too short"},
		review.CodePasswordLong:  {unprocessable, "The password is too long"},
		review.CodeReviewer:      {unprocessable, "This is no reviewer"},
		revision.CodeDocument:    {unprocessable, "The taxonomy cannot be read"},
		revision.CodeMapping:     {unprocessable, "The mapping does not join the two versions"},
		revision.CodeSame:        {unprocessable, "The taxonomy is the one that holds now"},
		revision.CodeVersion:     {unprocessable, "The taxonomy's name or version does not follow"},
	}
	maps.Copy(all, qualityKinds())
	return all
}

// codeOf names an error. Only errors of the domain have a code of their own; whatever else
// befalls is internal, and its words stay inside.
func codeOf(err error) claim.Problem {
	if p, ok := errors.AsType[claim.Problem](err); ok {
		return p
	}
	for _, known := range []struct {
		err  error
		code claim.Code
	}{
		{store.ErrNotFound, codeNotFound}, {store.ErrConflict, codeTaken}, {store.ErrFinished, codeFinished},
		{store.ErrCursor, codeCursor}, {store.ErrBusy, codeBusy},
		{context.DeadlineExceeded, codeTimeout}, {context.Canceled, claim.CodeCancelled},
	} {
		if errors.Is(err, known.err) {
			return claim.Problem{Code: known.code}
		}
	}
	return claim.Problem{Code: claim.CodeInternal}
}

// fault makes an error with a code.
func fault(code claim.Code, where, message string) error {
	return claim.Problem{Code: code, Where: where, Message: message}
}
