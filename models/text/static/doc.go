// Package static gives vectors of short texts that lie close together when the texts mean
// something alike, in plain Go and within microseconds: no runtime library, no download.
//
// A text's vector is the sum of its words' vectors, scaled to length 1 (Arora et al., ICLR
// 2017: A simple but tough-to-beat baseline for sentence embeddings; the Model2Vec library
// distils such vectors from a sentence encoder). A word outside the vocabulary, a compound
// or a slip of the pen, is the mean of its letter groups (Bojanowski et al., TACL 2017), kept
// in hash buckets. models/builtin/recipe/text makes the files.
//
// Its place in the flow: beside n-grams, which know exact words and negations; this knows
// that "snapped" and "gebrochen" are near "broke". The trade-off: the order of words is
// lost, and scripts other than Latin give no vector at all rather than a meaningless one.
package static
