// Package fetch gets photos that a claim names by URL, from the open internet only: whoever
// sends a claim must not be able to make Defekt read the house's own network. Package guard
// says how that is kept; this package adds what HTTP needs: few redirects, each checked again,
// and limits on time, headers and bytes.
//
// It stands before everything else of a claim's way: the service fetches when it accepts, puts
// the bytes into the store of photos and forgets the URL. So a photo that changes or goes away
// later does not change the claim, and a claim cannot be classified twice with two photos.
//
// What comes back is bytes, not a checked photo; package photo judges them by content. Each
// failure is a [claim.Problem] with a code of its own. Its message never tells what a name
// resolved to, since that would make Defekt a map of the house's network.
package fetch
