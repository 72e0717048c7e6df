// Package codes draws photos of product labels with QR, Data Matrix, Code 128, EAN-13 and
// UPC-A codes on them, and says what each code holds.
//
// Its place in the flow: the measuring program in .ci/codes and the tests of
// pipeline/serial/codes read these photos; no part of the product does. The same seed gives
// the same photo, pixel by pixel.
//
// A photo is made the way a camera makes one: a label with the code, print around it and a
// quiet zone lies on a textured surface, is seen at an angle and in perspective, under
// uneven light, through a lens that is not in focus and a hand that moves, by a sensor with
// noise, and is saved as a JPEG. Five grades say how much of each ([Grade]). They were set
// before the reader was written and stayed as they were: tuning the photos to the reader
// would make its figures worthless.
//
// The trade-off: codes are encoded with the writers of the library that also decodes them,
// so a misunderstanding of a symbology in both would go unseen; the library's own tests
// read photos of foreign codes.
package codes
