// Package photo turns the bytes of a claim's photo into upright RGB pixels, or into a
// problem with a code, and judges whether the picture can be assessed at all.
//
// Its place in the flow: the first stage of the pipeline hands it what the photo source
// read; the [Photo] goes on to the preprocessing of an encoder, which resizes and crops it
// with package raster. The way of one photo is [Sniff] (the content tells the format, never
// the name), [ReadHeader], limits, decoding, orientation; then [Judge] where the caller
// wants a verdict.
//
// JPEG, PNG, WebP, HEIC and GIF (first frame) are read; grey, palettes, 16 bits, CMYK (Adobe's
// inverted one) and YCCK become RGB, alpha is composed on white, all eight EXIF
// orientations are applied. Bad input is an answer: each limit (see the constants) is
// enforced from the header, in microseconds and before memory for pixels is taken.
//
// Decoding, not inference, decides how many claims a machine handles, so JPEG, nearly every
// photo there is, is decoded at 1/2, 1/4 or 1/8 when the caller needs no more, by the
// fastest of three backends that takes the file:
//
//   - at 1/8, package fastjpeg, in Go: all baseline files with usual sampling;
//   - libturbojpeg, where the machine has it (Debian's libturbojpeg0, 150 KB);
//   - image/jpeg and a mean over blocks, which also has the last word on damaged files.
//
// Backends give the same picture: at an eighth fastjpeg and libturbojpeg differ by 0.02
// levels on average, 12 at most, on real photos, and both from image/jpeg by 0.15
// (TestBackendsAgree states the bounds). Processor time of one thread, decoding and resizing
// to 224x224, all columns on the same files; sharp 0.35 (libvips) is the bench's peer, plain
// Go is image/jpeg with imaging.Fill. sharp also reads the file and runs in Node:
//
//	photo                      this package     sharp           plain Go
//	500 x 375, 57 KB            2.2 ms           5.7 ms  2.6x   8.3 ms  3.8x
//	1280 x 960, 290 KB          5.3 ms          10.7 ms  2.0x    46 ms  8.7x
//	1920 x 1440, 580 KB        10.5 ms          15.5 ms  1.5x    91 ms  8.7x
//	4000 x 3000, 1.5 MB        15.5 ms          30.2 ms  1.9x   346 ms   22x
//	4000 x 3000, 2.2 MB        19.2 ms          37.6 ms  2.0x   371 ms   19x
//	4000 x 3000, progressive    137 ms           156 ms  1.1x   507 ms  3.7x
//
// Each is the cheapest of 50 runs or more on a 2.5 GHz Xeon whose two processors were
// overloaded sixfold by other work. Repeated batches differed by up to a factor of two, so
// read the ratios as rough and the milliseconds as those of a busy machine. At 12
// megapixels libturbojpeg in fastjpeg's place took 31 ms (2.2 MB). Without libturbojpeg the
// 12-megapixel baseline photos take the same time, 500 x 375 takes 6.1 ms and 1920 x 1440
// takes 68. Memory allocated is 0.6 MB a photo at 12 megapixels. BenchmarkPrepare measures
// the same on made photos.
//
// The trade-offs: progressive JPEGs need all their coefficients in memory (2 to 3 bytes a
// pixel) and have no fast way; HEIC runs in WebAssembly (0.7 s for a megapixel on that busy
// machine, and 2.7 s once to start), a few at a time; animated WebP, AVIF and TIFF are
// refused. HEIC's own rotation counts and its EXIF orientation does not, as the standard has
// it. libturbojpeg is C code
// that reads files from strangers: it is a maintained, fuzzed library, and
// [Config].WithoutTurboJPEG does without it.
package photo
