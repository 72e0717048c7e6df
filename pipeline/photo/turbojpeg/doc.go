// Package turbojpeg decodes JPEGs through libjpeg-turbo's TurboJPEG library, which is looked
// for when the program runs: nothing of it is needed to build, and where it is missing
// [Open] says so and package photo decodes in Go.
//
// The library is reached with purego, without C headers, through the functions of the
// TurboJPEG 2 API, which version 3 still has. It decodes at full size or scaled by 1/2, 1/4
// and 1/8 inside the inverse cosine transform; these are the scales that it has vector code
// for. Only the picture crosses the border; headers and limits are checked by the caller.
package turbojpeg
