"""Makes the small tokenizers and golden ids that the tests of models/text read.

Needs the Python packages tokenizers and sentencepiece: python make.py, in this folder.
The vocabularies are learnt from the starter set, so that no one else's words are in them.
"""
import base64
import glob
import json
import os
import tempfile

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

STARTER = sorted(glob.glob("../../../../datasets/starter/**/*.jsonl", recursive=True))
texts = [json.loads(line)["text"] for f in STARTER for line in open(f, encoding="utf-8") if line.strip()]
texts = [t for t in texts if t][:600]

GOLDEN = [
    "", " ", "Screen cracked after 3 days!", "it's not cracked, isn't it? they'll say we've", "ÉCRAN cassé, l’écran est noir",
    "Akku lädt nicht mehr, große Hitze", "Skærmen går ud på 2. dag", "la batería no carga; está muy caliente",
    "屏幕有裂痕 ABS灯亮", "割れた。", "naïve café coöperate", "Ａ１ ½ ﬁx", "a\u0301b \u200b x\u00a0y", "😀😃 broken!!",
    "x" * 300, "\t\n mixed\r\nlines  end ", "ไม่ทำงาน", "Привет, мир", "안녕하세요", "i̇İ ß ẞ", "a\x00b\ufffdc",
    "$5.00 50% #1 C++ foo_bar a/b", "  two  spaces   three", "don't DON'T", "trailing   ", "Σίσυφος", "123456789 1st 2nd",
] + texts[::40]


def wordpiece(lowercase):
    t = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    t.normalizer = normalizers.BertNormalizer(lowercase=lowercase)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    t.train_from_iterator(texts, trainers.WordPieceTrainer(vocab_size=400, special_tokens=special, limit_alphabet=100, show_progress=False))
    t.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return json.loads(t.to_str())


def bpe():
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    t.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=400, special_tokens=["<s>", "<pad>", "</s>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    t.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    return json.loads(t.to_str())


def unigram():
    """As in XLM-R: a SentencePiece model with its character map, here of a few rules."""
    rules = ["FF21\t41", "FB01\t66 69", "BD\t31 2F 32", "41 308\tC4", "61 301\tE1", "200B\t", "A0\t20", "9\t20", "A\t20", "D\t20", "2026\t2E 2E 2E"]
    with tempfile.TemporaryDirectory() as d:
        with open(os.path.join(d, "rules.tsv"), "w") as f:
            f.write("\n".join(rules) + "\n")
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=(t.replace("\n", " ") for t in texts), model_prefix=os.path.join(d, "m"), vocab_size=400,
            normalization_rule_tsv=os.path.join(d, "rules.tsv"), character_coverage=0.995, hard_vocab_limit=False,
            minloglevel=2, bos_id=0, pad_id=1, eos_id=2, unk_id=3)
        m = sentencepiece_model_pb2.ModelProto()
        with open(os.path.join(d, "m.model"), "rb") as f:
            m.ParseFromString(f.read())
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    piece = lambda kind, name: {kind: {"id": name, "type_id": 0}}
    return {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [{"id": i, "content": c, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
                         for i, c in enumerate(special)],
        "normalizer": {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(m.normalizer_spec.precompiled_charsmap).decode()},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "WhitespaceSplit"}, {"type": "Metaspace", "replacement": "\u2581", "add_prefix_space": True}]},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [piece("SpecialToken", "<s>"), piece("Sequence", "A"), piece("SpecialToken", "</s>")],
            "pair": [piece("Sequence", "A"), piece("Sequence", "B")],
            "special_tokens": {s: {"id": s, "ids": [i], "tokens": [s]} for i, s in enumerate(special) if s in ("<s>", "</s>")}},
        "decoder": None,
        "model": {"type": "Unigram", "unk_id": 3, "vocab": [[p.piece, round(p.score, 4)] for p in m.pieces]},
    }


def save(name, value):
    with open(name, "w", encoding="utf-8") as f:
        json.dump(value, f, ensure_ascii=False, separators=(",", ":"))


golden = {}
for name, value in [("uncased", wordpiece(True)), ("cased", wordpiece(False)), ("bpe", bpe()), ("unigram", unigram())]:
    save(name + ".json", value)
    t = Tokenizer.from_file(name + ".json")
    golden[name] = [t.encode(g).ids for g in GOLDEN]
# The shared Unigram tokenizer (normaliser of replacements, one piece per text), if it is there.
shared = "../../../../../shared/models/text-model2vec-bge-vq128-64d/tokenizer.json"
if os.path.exists(shared):
    t = Tokenizer.from_file(shared)
    golden["model2vec"] = [t.encode(g).ids for g in GOLDEN]
save("golden.json", {"texts": GOLDEN, "ids": golden})
