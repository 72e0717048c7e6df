"""Splitting text into words, in exactly the way of models/text/static/token.go."""

import unicodedata

LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l"})
MIN_GRAM, MAX_GRAM = 3, 5


def fold(text):
    """Lower case without accents, so that 'Fermeture éclair' and 'fermeture eclair' are one."""
    text = unicodedata.normalize("NFD", text.lower().translate(LETTERS))
    return "".join(c for c in text if not unicodedata.combining(c))


def split(text):
    """Runs of ASCII letters or of digits; everything else divides."""
    out, start, kind = [], 0, None
    text = fold(text)
    for i, c in enumerate(text + " "):
        now = "a" if "a" <= c <= "z" else "0" if "0" <= c <= "9" else None
        if now != kind:
            if kind is not None:
                out.append(text[start:i])
            start, kind = i, now
    return out


def fnv1a(text):
    h = 2166136261
    for b in text.encode():
        h = (h ^ b) * 16777619 & 0xFFFFFFFF
    return h


def grams(word, buckets):
    """Buckets of the letter groups of '<word>'."""
    marked = f"<{word}>"
    return [fnv1a(marked[i : i + n]) % buckets for n in range(MIN_GRAM, MAX_GRAM + 1) for i in range(len(marked) - n + 1)]
