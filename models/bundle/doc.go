// Package bundle is what a model is on disk: a folder with a manifest.json that says which
// files belong to it (with their sha256), which tensors go in and come out, how a photo or
// a text is prepared for it, whose work it is, and which output a known input must give.
//
// Its place in the flow: models/vision and models/text write bundles when a model is added
// and read them to build encoders; models/registry keeps a folder of them. This package
// runs no model: it reads, checks and writes the description only, so that it needs neither
// the ONNX Runtime library nor a tokenizer.
//
// The trade-offs:
//   - Everything that changes a vector stands in the manifest, nothing in code or flags, so
//     that [Manifest.Digest] names the encoder. A trained head keeps that digest and refuses
//     vectors of another encoder.
//   - The JSON is strict: an unknown field is an error, since a misspelt "mean" that is
//     silently ignored costs accuracy without a trace.
//   - Every file is hashed at load. For 14 MB that takes 10 ms (sha256 in hardware); a model
//     that was half copied is found before it answers.
//   - The golden output is a sample of at most [GoldenValues] values per output and is
//     compared with a tolerance, since processors differ in the last bits.
package bundle
