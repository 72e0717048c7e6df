// Package onnx runs ONNX graphs with the ONNX Runtime library: it finds or installs the
// library, loads graphs into sessions that any number of goroutines may use, and forms
// batches from calls that come in one by one.
//
// Its place in the flow: models/vision and models/text open their graphs here. No other
// package imports the binding, whose state is one set of package variables per process.
//
// # Trade-offs, as measured
//
// MobileNetV2 at 224 pixels, float32 (../shared/models/mobilenetv2), ONNX Runtime 1.27.0,
// Xeon at 2.5 GHz with AVX-512, two cores shared with other work; processor time of one
// photo, the least of 25 runs. BenchmarkSession repeats it.
//
//		batch                                1      2      4      8      16
//		ms of one photo                    10.88  10.74  11.26  11.60  11.70
//		the same, NoArena                  11.11  11.17  11.54  11.67  14.47
//		MB at the peak, two Runs at a time    99            159    242
//		the same, NoArena                     94    137     210    361
//		int8 graph (mobilenetv2-int8), ms   6.31   6.10   6.47   6.26   7.03
//
//	  - Small batches: 2 takes 0.93 times the processor time of 8 and less than half the
//	    memory. On a CPU a batch only pushes the activations of one photo out of the cache.
//	    Batches are for graphs with small inputs (texts) and for other hardware.
//	  - Many Runs of one thread each, not one Run of many threads: two threads take 1.5 to 1.9
//	    times the processor time of one.
//	  - The arena stays on: without it a Run is 1 to 4 percent slower, and without its plan of
//	    the memory the peak is higher from a batch of 2 on.
//	  - All graph optimisations: the blocked layout of the last level halves the time (29 ms
//	    without it).
//	  - Made no difference beyond 2 percent: asking for the features alone instead of the
//	    logits, too; memory bound ahead (IoBinding); spinning, with one thread. Spinning is off
//	    for the sake of sessions with more threads.
//	  - Denormals are left alone. The option to flush them made no difference and would change
//	    the mode of the operating system's thread, on which Go later computes other things.
package onnx
