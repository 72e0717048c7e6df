// Package bench measures the program against other programs and against its own parts.
//
// Its place in the flow: beside it. cmd (defekt bench) hands in what is to be measured; here
// are lanes that keep all cores at work ([Lanes]), children measured from outside
// ([Child]), the sums ([Side], [Compare]) and photos to measure on ([Draw]).
//
// What was measured with it ("make bench-photos": MobileNetV2 of ../shared/models, one view,
// beside sharp 0.35 and onnxruntime-node 1.27.0 with the same graph and library; five
// rounds; Xeon at 2.5 GHz, two hardware threads, with little other work):
//
//	                     photos/s   to peer   CPU to peer   peak MB   to peer
//	500 x 375, 46 KB         91.1      2.01          0.72       181      0.58
//	4000 x 3000, 2.5 MB      37.5      1.85          0.59       190      0.66
//
// With several other busy processes the ratios were 1.70 and 1.45. At 500 pixels five
// sixths of the processor time are inference, the same for both sides; a quarter of that is
// the library's own pass for ReLU6 (cutting the first layers into strips that fit the cache
// made no difference to it). What did make one, in processor time at 500 pixels:
//
//   - cutting the classifier off the graph (models/onnx/trim), 3 percent of inference, and a
//     floor under the heap (models/vision), GC from 3 percent to 0: together 0.94 times;
//   - two photos under way for each core instead of one: no less processor time, but 1.2
//     times the photos per second on a busy machine, since a core that waits for a file or
//     a hand-over has other work.
//
// What made things worse or no better: huge pages for the library's memory, and batches of
// more than 2.
//
// The pipeline as a whole ("make bench-pipeline") takes 1.02 to 1.14 times the processor time
// of its decoding and inference; the rest is mainly the verdict on each photo. By the clock
// it is 1.3 times the larger of the two where both want the same two cores, and 0.9 to 1.0
// times their sum, the least that is possible (less than 1 on a machine with other work,
// where more threads get a larger share).
//
// The trade-offs: wall times decide, but on a machine with other work they say more about
// that work; so sides alternate, ratios are taken round by round, and processor time stands
// beside them. Peak memory is that of a child process as the kernel counts it, for which
// the parent must stay small: drawing, too, has a process of its own.
package bench
