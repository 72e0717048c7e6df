// Package suggest finds the known serials that a mistyped or misread one may stand for.
//
// Its place in the flow: package serial asks it about each claim's serial: a price of 0 says
// that it is known, else what comes back for a typed one is shown as "did you mean".
//
// The way: errors have prices. Signs that look alike (0 and O, 5 and S) cost least, then
// neighbouring keys and swapped neighbours, then signs doubled or left out, then anything
// else. All serials within a price are made from the typed one, cheapest first, up to a
// fixed number, and the store is asked which of them exist. So a store needs nothing but the
// index that it has on serials anyway, and the time does not depend on how many it knows:
// it is that of some thousand exact look-ups.
//
// The trade-off: two dear errors at once are not found; with serials as dense as they are,
// what would be found then is another unit.
package suggest
