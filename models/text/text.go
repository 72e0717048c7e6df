// Package text names what all sentence encoders have in common. Its subpackages turn the
// words of a claim into blocks for the heads:
//
//   - ngram: hashed word and character n-grams, fitted on the training texts (sparse);
//   - facts: the claim's context and product (sparse);
//   - tokenizer: texts to token ids by a tokenizer.json;
//   - transformer: ONNX sentence encoders with their own tokenizer.json (dense);
//   - static: vectors of words and letter groups, summed (dense; one ships with the program);
//   - remote: any OpenAI-compatible embeddings endpoint (dense).
//
// The sparse encoders are fitted with the heads and travel with them; the dense ones are
// frozen models that come from elsewhere. The sparse ones are fast and explain themselves
// word by word, the dense ones know synonyms and other languages. A head takes both.
package text

import (
	"context"

	"github.com/defekt/defekt/pipeline/claim"
)

// CodeEncoderCorrupt is the code of a stored text encoder that cannot be read back.
const CodeEncoderCorrupt claim.Code = "text_encoder_corrupt"

// CodeEncoderConfig is the code of settings that no text encoder can work with.
const CodeEncoderConfig claim.Code = "text_encoder_config"

// CodeTokenizer is the code of a tokenizer.json that cannot be used, or that failed on a
// text.
const CodeTokenizer claim.Code = "tokenizer_failed"

// Encoder turns texts into dense vectors. Implementations must be safe for concurrent use.
type Encoder interface {
	// Name is short and stable: "minilm-l6", "remote.text-embedding-3-small".
	Name() string
	// Dim is the length of each vector; a remote encoder may answer 0 until its first
	// successful Encode.
	Dim() int
	// Digest identifies the weights and settings that decide the vectors.
	Digest() string
	// Encode must give one vector of Dim finite values per text, in the order of texts,
	// or an error; never some of them. A text's vector must not depend on its neighbours.
	Encode(ctx context.Context, texts []string) ([][]float32, error)
}
