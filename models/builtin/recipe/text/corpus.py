"""Texts that the built-in text encoder is distilled on.

WordNet's words, definitions and example sentences (English), and this project's own
claims with their translations (datasets/starter). Nothing else.
"""

import json
import pathlib

# WordNet's lexicographer files that hold things, qualities and happenings; plants, animals,
# people and places would fill the vocabulary with names that no claim has.
LEFT_OUT = {"05", "15", "18", "20"}
SOURCES = ("data.noun", "data.verb", "data.adj", "data.adv")


def synsets(folder):
    """Yields (words, definition, examples) of each set of synonyms."""
    for name in SOURCES:
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            if line.startswith("  "):
                continue
            left, _, gloss = line.partition(" | ")
            fields = left.split()
            if fields[1] in LEFT_OUT:
                continue
            count = int(fields[3], 16)
            words = [w.split("(")[0].replace("_", " ") for w in fields[4 : 4 + 2 * count : 2]]
            parts = [p.strip() for p in gloss.split(";")]
            examples = [p.strip('"') for p in parts if p.startswith('"')]
            yield words, "; ".join(p for p in parts if not p.startswith('"')), examples


def wordnet(folder):
    """Lists words, and sentences: 'word: definition' and the examples."""
    words, sentences = {}, {}
    for names, definition, examples in synsets(pathlib.Path(folder)):
        for w in names:
            if w.count(" ") <= 1:
                words[w.lower()] = True
        if definition:
            sentences[f"{names[0]}: {definition}"] = True
        for e in examples:
            if len(e.split()) > 2:
                sentences[e] = True
    return list(words), list(sentences)


def claims(folder):
    """Lists (id, language, text with product, English text with product) of each claim and translation."""
    def read(name):
        path = pathlib.Path(folder) / name
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]

    def whole(row):
        return f"{row['product']}. {row['text']}" if row.get("product") else row["text"]

    def story(row):
        return row["context"].get("translation_of", row["id"])

    rows = read("claims.jsonl") + read("translations.jsonl")
    english = {story(r): whole(r) for r in rows if r["lang"] == "en"}
    return [(r["id"], r["lang"], whole(r), english[story(r)]) for r in rows if story(r) in english]
