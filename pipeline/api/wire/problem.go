package wire

// Problem is what every error is answered with: RFC 9457 problem details, with a code that
// programs match on.
type Problem struct {
	Type   string `json:"type" format:"uri" doc:"urn:defekt:problem: and the code."`
	Title  string `json:"title" doc:"The same for every problem of this code."`
	Status int    `json:"status"`
	Code   string `json:"code" doc:"Stable; match on this."`
	Detail string `json:"detail,omitempty" doc:"A sentence about this one."`
	Where  string `json:"where,omitempty" doc:"The place in the request, such as photos[1] or query.limit."`
	// RequestID finds the request in the server's log.
	RequestID string `json:"request_id,omitempty" doc:"Finds the request in the server's log."`
}

// Error gives the problem as one line.
func (p *Problem) Error() string {
	s := p.Title
	if p.Detail != "" {
		s += ": " + p.Detail
	}
	if p.Where != "" {
		s = p.Where + ": " + s
	}
	return s + " (" + p.Code + ")"
}
