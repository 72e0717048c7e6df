// Package guard makes outgoing connections that reach only addresses on the open internet,
// although strangers choose the URL: a photo's, a webhook's.
//
// It checks three times: the URL's form, all addresses that its name resolves to, and the
// address of each socket just before it connects. The middle one alone would not do: a name
// may answer differently when asked again (DNS rebinding). So a name is asked once per
// connection, the answer is checked, and what is dialled are the addresses of this answer.
// One bad address among good ones refuses the name: a host with an honest purpose does not
// announce private addresses to the world.
//
// The price: networks whose only way to IPv4 is NAT64 cannot be used, and neither can a proxy
// that resolves names itself, since nothing could be checked then.
//
// Packages fetch (photos) and webhook (messages) build on it.
package guard
