// Package web serves the pages for people: the list of claims with filters, a claim with
// everything known about it, the clusters, and the photos.
//
// It comes last in the flow, beside the JSON API, and reads the store's roles only: no page
// changes anything, every request is a GET. What it needs is named by the small interfaces
// in this package; package store states their contracts.
//
// Package site renders them and package show tells what a claim looks like; both serve other
// servers of pages too.
//
// Trade-offs: there is no script at all, which lets the content security policy forbid it. On a claim's page the sections that
// search (neighbours, twins, cluster, history) are loaded side by side, each with
// its own deadline: one that fails says so in its place and the others stand. Numbers that
// only orient (counts on tabs) are left out when the store is slow.
package web
