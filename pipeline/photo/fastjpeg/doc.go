// Package fastjpeg reads JPEG headers, and decodes baseline JPEGs at one eighth of their
// size faster than the usual decoders, in plain Go.
//
// Its place in the flow: package photo reads each JPEG's [Header] here, for its limits and
// to choose a decoder, and has [Decoder.Decode] do the work when a photo is so large that
// an eighth of it is enough (a phone's 12 megapixels for an encoder's 224 pixels).
//
// At an eighth, each block of 8x8 pixels becomes one, its mean, which the file holds as the
// block's first ("DC") coefficient. The other 63 must still be read to find the next
// block, since their codes have variable length, and that reading is nearly all the work.
// Here it is done by tables that take in the next 12 bits and say how many bits to skip for
// all whole coefficients that begin there, without computing their values: about 12 bits
// at a time at quality 88. Byte stuffing is removed beforehand in large steps, so that the inner loop loads
// eight bytes at a time. The doc comment of package photo has the ratio to
// libjpeg-turbo, its BenchmarkPrepare measures it.
//
// The trade-offs: only Huffman-coded sequential files of 8 bits, one scan, with grey or
// YCbCr colour; everything else is [ErrUnsupported] and left to other decoders. Chroma
// that was sampled at half the resolution keeps it: two or four pixels a block, from its
// lowest coefficients, as libjpeg-turbo does.
//
// The format: ITU-T T.81 | ISO/IEC 10918-1, and JFIF 1.02.
package fastjpeg
