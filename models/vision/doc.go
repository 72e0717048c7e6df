// Package vision turns photos into vectors: it prepares a decoded photo as the encoder's
// bundle says, batches the tensors of all callers and pools what the ONNX graph gives.
//
// Its place in the flow: pipeline/photo decodes and orients, [Encoder] makes vectors, the
// heads (models/head) turn them into labels. What a photo goes through is written in the
// bundle's manifest; a [View] says which part of the photo is looked at.
//
// The trade-offs:
//   - There are two ways of preprocessing. [Steps] is the list of one-method steps that the
//     published recipes describe (resize the short side, crop the middle, normalise); it is
//     the reference, checked against Pillow and NumPy. [Fused] is what runs: it resizes just
//     the rectangle that survives the crop, straight into the tensor. It differs by the
//     rounding of that rectangle to whole pixels of the photo, at most half a pixel at each
//     edge: on smooth photos at most 3 levels of 255, and half a level in the mean (see
//     TestFusedIsNearTheSteps), in less than half the time (see BenchmarkFused).
//   - Tensors are copied into the batch: 0.6 MB for 224x224 pixels, little beside what a graph
//     moves for it. A batch of one is not copied.
//   - Small batches: on the CPU a batch of 8 takes more time per photo than one of 2, and more
//     than twice the memory (figures in the comment of models/onnx).
package vision
