// Package transformer runs ONNX sentence encoders: a text is cut into tokens by the
// bundle's tokenizer.json, the graph gives a vector per token or text, and pooling gives
// one vector per text (Reimers and Gurevych 2019).
//
// Texts run longest first, side by side, each on few threads. By default they run one by
// one, so that a text's vector does not depend on its neighbours at all. Batches (for
// accelerators) are of nearly equal length, so that little time goes into padding; then
// vectors differ in the last bits of a float32 sum, and more for graphs with dynamic int8
// quantisation, which scale a whole batch together.
package transformer
