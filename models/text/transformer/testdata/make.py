"""Makes the tiny sentence encoder that the tests of models/text/transformer load.

Needs the Python packages onnx, onnxruntime, numpy and tokenizers: python make.py, in this
folder. One layer of attention over random weights, with everything by which real encoders
go wrong: the mask decides, the order of tokens counts, token types are asked for.
"""
import json

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto as T, helper as h, numpy_helper as nh
from tokenizers import Tokenizer

TOKENIZER = "../../tokenizer/testdata/uncased.json"
rng = np.random.default_rng(5)
DIM, VOCAB, LENGTH = 6, 400, 32


def weights(*shape):
    return np.round(rng.normal(size=shape), 2).astype(np.float32)


consts = {
    "words": weights(VOCAB, DIM), "places": weights(LENGTH, DIM), "types": weights(2, DIM),
    "q": weights(DIM, DIM), "k": weights(DIM, DIM), "one": np.array(1, np.float32), "far": np.array(-1e4, np.float32),
    "axis1": np.array([1], np.int64), "zero": np.array(0, np.int64), "step": np.array(1, np.int64), "second": np.array(1, np.int64),
}
body = [
    h.make_node("Gather", ["words", "input_ids"], ["w"]),
    h.make_node("Gather", ["types", "token_type_ids"], ["t"]),
    h.make_node("Shape", ["input_ids"], ["shape"]),
    h.make_node("Gather", ["shape", "second"], ["length"]),
    h.make_node("Range", ["zero", "length", "step"], ["range"]),
    h.make_node("Gather", ["places", "range"], ["p"]),
    h.make_node("Add", ["w", "t"], ["wt"]),
    h.make_node("Add", ["wt", "p"], ["x"]),
    h.make_node("MatMul", ["x", "q"], ["xq"]),
    h.make_node("MatMul", ["x", "k"], ["xk"]),
    h.make_node("Transpose", ["xk"], ["xkt"], perm=[0, 2, 1]),
    h.make_node("MatMul", ["xq", "xkt"], ["scores"]),
    h.make_node("Cast", ["attention_mask"], ["m"], to=T.FLOAT),
    h.make_node("Sub", ["one", "m"], ["inverse"]),
    h.make_node("Mul", ["inverse", "far"], ["bias2"]),
    h.make_node("Unsqueeze", ["bias2", "axis1"], ["bias"]),
    h.make_node("Add", ["scores", "bias"], ["masked"]),
    h.make_node("Softmax", ["masked"], ["a"], axis=-1),
    h.make_node("MatMul", ["a", "x"], ["last_hidden_state"]),
    h.make_node("ReduceMax", ["last_hidden_state"], ["pooled"], axes=[1], keepdims=0),
]


def save(name, n, length):
    value = lambda v, kind, *shape: h.make_tensor_value_info(v, kind, shape)
    names = ["input_ids", "attention_mask", "token_type_ids"]
    graph = h.make_graph(body, name, [value(i, T.INT64, n, length) for i in names],
                         [value("last_hidden_state", T.FLOAT, n, length, DIM), value("pooled", T.FLOAT, n, DIM)],
                         [nh.from_array(v, k) for k, v in consts.items()])
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 13)], ir_version=8, producer_name="defekt-tests")
    onnx.checker.check_model(model)
    onnx.save(model, name + ".onnx")


save("tiny", "N", "L")
save("tiny-fixed", 2, 16)

TEXTS = ["", "broken", "Screen cracked, not dark!", "Akku lädt nicht", "la batería no carga está caliente hoy", "x y z " * 30, "the lid is bent"]
t = Tokenizer.from_file(TOKENIZER)
t.enable_truncation(max_length=16)
s = onnxruntime.InferenceSession("tiny.onnx")
golden = {"texts": TEXTS, "mean": [], "cls": [], "none": []}
for text in TEXTS:
    ids = np.array([t.encode(text).ids], np.int64)
    hidden, pooled = s.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)})
    golden["mean"].append(hidden[0].mean(0).tolist())
    golden["cls"].append(hidden[0][0].tolist())
    golden["none"].append(pooled[0].tolist())
with open("golden.json", "w", encoding="utf-8") as f:
    json.dump(golden, f, ensure_ascii=False)
