package guard

// Reason says why something was refused.
type Reason string

// The reasons.
const (
	Malformed Reason = "malformed" // no URL, no host, or a host in an odd form
	Scheme    Reason = "scheme"    // neither http nor https
	Userinfo  Reason = "userinfo"  // credentials in the URL
	Port      Reason = "port"      // a port that is not allowed
	Address   Reason = "address"   // an address that is not public
)

// Refused is the error for what the guard does not let pass. Trying again does not help.
type Refused struct {
	Reason Reason
	// Detail is for the log. It may name addresses of this network, so it is not for whoever
	// sent the URL.
	Detail string
}

// Error gives the detail.
func (r *Refused) Error() string { return "refused: " + r.Detail }

// Unresolved is the error for a name without an address. It may have one later.
type Unresolved struct{ Err error }

// Error says so, with the resolver's words.
func (u *Unresolved) Error() string { return "resolving failed: " + u.Err.Error() }

// Unwrap gives the resolver's error.
func (u *Unresolved) Unwrap() error { return u.Err }
