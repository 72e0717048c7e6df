// Package desk serves the pages on which people review claims: signing in, the queue's start
// page, one claim with its photos, text, history and neighbours beside the questions of the
// taxonomy, adjudication, own history and settings, and the reviewers for admins.
//
// Its place in the flow: on package review, which decides what an item becomes, as package
// web is on the store; both are made with package site. It knows items only as
// [review.Task]s, so that no page can tell a double look or a known item from another one,
// and sends versions sealed for the same reason.
//
// Everything works without script, by plain forms. With it (desk.js, one small module) the
// next item is loaded while the reviewer looks at the present one, and stands on the screen
// at once when he submits; the answer travels behind his back. One that was not taken comes
// back to the screen with all that was entered and the reason in words. Keys do nothing
// that a control on the page does not do too.
//
// Trade-offs: an item loaded ahead is in the reviewer's hands while he looks at another, at
// most one claim's time. Photos are served to whoever is signed in and knows their digest.
package desk
