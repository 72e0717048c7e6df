// Package web serves the pages for people: the list of claims with filters, a claim with
// everything known about it, the clusters, and the photos.
//
// It comes last in the flow, beside the JSON API, and reads the store's roles only: no page
// changes anything, every request is a GET. What it needs is named by the small interfaces
// in this package; package store states their contracts.
//
// Trade-offs: pages are rendered on the server from templates parsed at the start, whole
// before the first byte goes out, so that a failure is never half a page. There is no
// script at all, which lets the content security policy forbid it, and bars are SVG
// attributes because inline style is forbidden too. On a claim's page the sections that
// search (neighbours, twins, cluster, history) are loaded side by side, each with
// its own deadline: one that fails says so in its place and the others stand. Numbers that
// only orient (counts on tabs) are left out when the store is slow.
package web
