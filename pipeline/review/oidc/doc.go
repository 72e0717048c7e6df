// Package oidc signs reviewers in with an identity provider that speaks OpenID Connect.
//
// Its place in the flow: beside the password of package review. Pages send a browser away by
// [Provider.Start] and take it back by [Provider.Finish], which gives the same session token
// as [review.Accounts] does for a password; nothing behind it can tell the two apart.
//
// It is the authorization code flow with PKCE (RFC 7636), a nonce, and a state that is bound
// to the browser by a cookie of ten minutes, as RFC 9700 (Best Current Practice for OAuth 2.0
// Security) asks for. Who somebody is goes by issuer and subject alone, never by the e-mail
// address, which a provider may hand to another person: an address decides at most whether an
// unknown subject gets an account of his own, and never leads to one that is there.
//
// Trade-offs: the provider is looked up at the first sign-in, so that Defekt starts while it
// is down. A state that was used is remembered by this process only; a second process relies
// on the provider, which takes a code once.
package oidc
