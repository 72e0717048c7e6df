// Package strictyaml reads small YAML files that people write by hand (taxonomies,
// mappings, data descriptors) and reports every mistake at once, each with its line.
//
// Decoding into structs stops at the first fault and forgets where values stood; this
// package keeps a plain tree of nodes with positions instead, and collects faults while
// the caller walks it. It understands maps, lists and scalars. Anchors, aliases, tags and
// merge keys are refused: nobody needs them in files of this size, and they are the way to
// make a small file grow without bound.
package strictyaml
