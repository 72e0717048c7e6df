package fastjpeg

import "bytes"

const (
	// windowSize is how much entropy-coded data is unstuffed at a time; it stays in the
	// second-level cache.
	windowSize = 32 << 10
	// windowReserve is what must lie ahead before an MCU is read: an MCU has at most 10
	// blocks of at most 64 coefficients of at most 27 bits, and loads reach 8 bytes
	// further.
	windowReserve = 10*64*27/8 + 16
)

// window is the entropy-coded data of one restart interval (or of the whole scan) without
// byte stuffing: the part around the current position, followed by zeros when the interval
// is at its end.
type window struct {
	data []byte // the file
	next int    // offset of the first byte that is not in buf yet
	// ended says that data[next:] is a marker or the end of the file.
	ended bool
	fill  int // bytes of buf that are from the file
	buf   [windowSize + windowReserve]byte
}

// start begins a new interval at offset at of the file.
func (w *window) start(data []byte, at int) {
	w.data, w.next, w.ended, w.fill = data, at, false, 0
	w.load(0)
}

// load drops the first used bytes of buf and fills it up again.
func (w *window) load(used int) {
	used = min(used, w.fill)
	w.fill = copy(w.buf[:], w.buf[used:w.fill])
	for !w.ended && w.fill < windowSize {
		w.copyRun()
	}
	if w.ended {
		clear(w.buf[w.fill : w.fill+windowReserve])
	}
}

// copyRun copies up to the next 0xff and the 0xff that a stuffed pair stands for.
func (w *window) copyRun() {
	room := w.buf[w.fill:windowSize]
	rest := w.data[w.next:]
	if len(rest) > len(room) {
		rest = rest[:len(room)]
	}
	run := bytes.IndexByte(rest, 0xff)
	if run < 0 {
		n := copy(room, rest)
		w.fill += n
		w.next += n
		w.ended = w.next == len(w.data)
		return
	}
	w.fill += copy(room, rest[:run])
	w.next += run
	after := w.next + 1
	for after < len(w.data) && w.data[after] == 0xff { // fill bytes before a marker
		after++
	}
	if after >= len(w.data) || w.data[after] != 0 || after != w.next+1 {
		w.ended = true
		return
	}
	if w.fill == windowSize {
		return
	}
	w.buf[w.fill] = 0xff
	w.fill++
	w.next += 2
}
