"""Distils the teacher into vectors of words and letter groups.

    python train.py --teacher teacher.npz --lexicon lexicon.tsv --out static.npz

A text's vector is the sum of its words' vectors, scaled to length 1 (the idea of Model2Vec
and of Arora et al. 2017: A simple but tough-to-beat baseline for sentence embeddings); a word
outside the vocabulary is the mean of its letter groups (Bojanowski et al. 2017). Words begin
at the teacher's vector of the word alone, reduced by PCA; then all of them are fitted so that
sums match the teacher's vectors of whole sentences, which teaches each word its weight, and
translations match the vector of the English text, which teaches the other languages.
"""

import argparse
import collections
import pathlib

import numpy as np
import torch
from torch.nn import functional as F

import words

SEED = 3
BATCH = 512
RATE = 2e-3
OWN_SHARE = 10  # how often a claim is seen for one sight of a WordNet text
DROP_WORD = 0.15  # share of known words that are read by their letter groups, to train those
SIMILARITY = 2.0  # weight of the loss on pairs of a batch


class Words:
    """The vocabulary, and the entries (words, then buckets) of a text."""

    def __init__(self, vocabulary, buckets):
        self.at = {w: i for i, w in enumerate(vocabulary)}
        self.buckets = buckets
        self.cache = {}

    def groups(self, word):
        if word not in self.cache:
            self.cache[word] = [len(self.at) + b for b in words.grams(word, self.buckets)]
        return self.cache[word]

    def entries(self, tokens, rng, drop):
        """(entry, weight) of all tokens."""
        index, weight = [], []
        for t in tokens:
            if t in self.at and (drop == 0 or rng.random() >= drop):
                index.append(self.at[t])
                weight.append(1.0)
                continue
            g = self.groups(t)
            index.extend(g)
            weight.extend([1 / len(g)] * len(g))
        return index, weight


def vocabulary(texts, own, lexicon, size):
    """The most frequent words; a claim's words count more, the lexicon's stand first."""
    counts = collections.Counter()
    for t in texts:
        counts.update(t)
    for t in own:
        counts.update({w: 30 * n for w, n in collections.Counter(t).items()})
    for t in lexicon:
        counts.update({w: 100 for w in t})
    return sorted(w for w, _ in counts.most_common(size))


def lexicon_pairs(path, vector_of):
    """(tokens, target) of each entry: the mean of the English synonyms' vectors."""
    pairs = []
    for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
        fields = [[p.strip() for p in f.split("|") if p.strip()] for f in line.split("\t")]
        known = [vector_of[p.lower()] for p in fields[0] if p.lower() in vector_of]
        if not known:
            continue
        target = np.mean(known, 0)
        pairs.extend((words.split(p), target) for f in fields for p in f)
    return [(t, v) for t, v in pairs if t]


def batches(items, table, rng, drop):
    order = rng.permutation(len(items))
    for start in range(0, len(order) - BATCH + 1, BATCH):
        index, weight, offsets, targets = [], [], [], []
        for i in order[start : start + BATCH]:
            tokens, target = items[i]
            offsets.append(len(index))
            e, w = table.entries(tokens, rng, drop)
            index.extend(e)
            weight.extend(w)
            targets.append(target)
        yield torch.tensor(index), torch.tensor(offsets), torch.tensor(weight), torch.from_numpy(np.stack(targets))


def loss_of(guess, target):
    g, t = F.normalize(guess, dim=1), F.normalize(target, dim=1)
    pairs = ((g @ g.T - t @ t.T) ** 2).mean()
    return (1 - (g * t).sum(1)).mean() + SIMILARITY * pairs


def start_vectors(vocab, table, buckets, vector_of, dim, rng):
    vectors = rng.normal(0, 0.02, (len(vocab) + buckets, dim)).astype(np.float32)
    for i, w in enumerate(vocab):
        if w in vector_of:
            vectors[i] = vector_of[w]
    sums, counts = np.zeros((buckets, dim), np.float32), np.zeros(buckets)
    for i, w in enumerate(vocab):
        for b in words.grams(w, buckets):
            sums[b] += vectors[i]
            counts[b] += 1
    vectors[len(vocab) :] = sums / np.maximum(counts, 1)[:, None]
    return vectors


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teacher", type=pathlib.Path, required=True)
    parser.add_argument("--lexicon", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--dim", type=int, default=192)
    parser.add_argument("--words", type=int, default=22000)
    parser.add_argument("--buckets", type=int, default=8192)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--without", default="", help="leave out claims whose id begins with one of these, for measuring")
    args = parser.parse_args()
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    data = np.load(args.teacher, allow_pickle=True)
    left = tuple(args.without.split(",")) if args.without else ()
    keep = np.array([not (left and i.startswith(left)) for i in data["ids"]])
    own_targets = data["targets"][keep].astype(np.float32)
    general = data["vectors"].astype(np.float32)
    # Principal axes of both, so that the claims' own directions are not lost among WordNet's.
    sample = np.concatenate([general[:: max(1, len(general) // 30000)], np.repeat(own_targets, 3, 0)])
    mean = sample.mean(0)
    values, axes = np.linalg.eigh(np.cov((sample - mean).T))
    basis = axes[:, ::-1][:, : args.dim].astype(np.float32)
    general, own_targets = (general - mean) @ basis, (own_targets - mean) @ basis
    print(f"{args.dim} axes keep {values[::-1][:args.dim].sum() / values.sum():.3f} of the variance", flush=True)
    texts = list(data["texts"])
    vector_of = {t: v for t, v in zip(texts, general) if t.count(" ") <= 2}
    split_general = [words.split(t) for t in texts]
    split_own = [words.split(t) for t in data["claims"][keep]]
    pairs = lexicon_pairs(args.lexicon, vector_of) if args.lexicon.exists() else []
    vocab = vocabulary(split_general, split_own, [t for t, _ in pairs], args.words)
    table = Words(vocab, args.buckets)
    vectors = start_vectors(vocab, table, args.buckets, vector_of, args.dim, rng)
    bag = torch.nn.EmbeddingBag.from_pretrained(torch.from_numpy(vectors), freeze=False, mode="sum", sparse=True)
    optimiser = torch.optim.SparseAdam(bag.parameters(), lr=RATE)
    items = [(t, v) for t, v in zip(split_general, general) if t]
    items += OWN_SHARE * [(t, v) for t, v in zip(split_own, own_targets) if t]
    items += 4 * pairs
    print(f"{len(vocab)} words, {len(items)} items an epoch, {len(pairs)} of the lexicon", flush=True)
    for epoch in range(args.epochs):
        rate = RATE * (1 - epoch / args.epochs)
        for group in optimiser.param_groups:
            group["lr"] = rate
        losses = []
        for index, offsets, weight, target in batches(items, table, rng, DROP_WORD):
            loss = loss_of(bag(index, offsets, per_sample_weights=weight), target)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
        print(f"epoch {epoch + 1} of {args.epochs}: loss {np.mean(losses):.4f}", flush=True)
    np.savez(args.out, vocabulary=np.array(vocab, dtype=object), vectors=bag.weight.detach().numpy(), buckets=args.buckets)


if __name__ == "__main__":
    main()
