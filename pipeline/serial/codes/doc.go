// Package codes reads QR, Data Matrix, Code 128, EAN and UPC codes on claim photos.
//
// Its place in the flow: package photo hands over pixels, package serial makes a unit's
// identity of the texts. Decoding is gozxing's; what this package adds is where to look and
// what to believe.
//
// Where to look: the photo's edges are summed over small squares. Where they run one way
// there may be a linear code, where they run two ways a matrix code (regions). A linear code
// is read along lines through its region: brightness is averaged along the bars, which takes
// the noise away without blurring an edge, sharpened, and parted by a local threshold. A
// matrix code is cut out, turned upright and looked at under several filters and thresholds;
// for Data Matrix also by fitting a grid in perspective to the frame's known pattern, where
// no clean black and white picture can be had. Light codes on dark are tried too. At the end
// the whole photo is looked at in plain ways. All of it ends with the photo's time.
//
// What to believe: a wrong serial is worse than none. A code counts when enough tries at
// enough places read the same ([Code.Agreeing]), how many depends on the symbology's own
// guard and on whether the text proves itself by GS1 structure and check digits or by the
// caller's rules; when nothing else was read from the place nearly as often; and when it is
// not shorter than what print is taken for. What fails any of it is reported as doubtful.
//
// The figures of .ci/codes on 60 drawn photos of each grade, QR, Data Matrix, Code 128,
// EAN-13 and UPC-A alike, and 50 labels without a code; plain is the better of gozxing with
// and without TRY_HARDER. No wrong text was accepted (gozxing gave four). Time is a
// processor's, half of the photos below and 95 % below:
//
//	grade     read    plain    time
//	clean     98 %    80 %     133, 409 ms
//	easy      97 %    70 %     143, 407 ms
//	middle    88 %    20 %     159, 401 ms
//	hard      42 %     0 %     282, 410 ms   linear codes only
//	severe     0 %     0 %     191, 405 ms
//
// The trade-offs: rectangular Data Matrix symbols, Aztec, PDF417, Code 39 and ITF are not
// looked for; a photo without any code takes its whole time, up to Config.Budget of one
// processor. Results depend on the time that a machine has: the same photo may give less on
// a busy one, and [Result.Cut] says so.
package codes
