// Package source makes bundles from models as they come: a bare ONNX file, a folder with
// one, or a Hugging Face / Optimum folder with its preprocessor_config.json, config.json,
// tokenizer.json and pooling files.
//
// Its place in the flow: models/registry calls it when a model is added or named by path;
// what it writes is read by models/vision and models/text. Nothing else in the program knows
// other people's file formats.
//
// The trade-offs:
//   - It guesses where a model says nothing, and says each guess aloud as a note: the caller
//     prints them, flags override them.
//   - The graph is run once on noise with all outputs, since the shapes written in ONNX
//     files are often symbolic or missing. What is read is what the graph does.
//   - Only files that encoding needs are taken along (and the licence), by name; a folder
//     with other things in it stays out of the bundle.
package source
