"""Makes the tiny graphs that the tests of models/onnx, vision and registry load.

Needs the Python packages onnx and numpy: python make.py, in this folder.
The weights are small whole numbers, so that the expected values can be worked out by hand.
"""
import numpy as np
import onnx
from onnx import TensorProto as T, helper as h, numpy_helper as nh


def save(name, nodes, inputs, outputs, weights):
    graph = h.make_graph(nodes, name, inputs, outputs, [nh.from_array(v, k) for k, v in weights.items()])
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 13)], ir_version=8, producer_name="defekt-tests")
    onnx.checker.check_model(model)
    onnx.save(model, name + ".onnx")


def value(name, kind, *shape):
    return h.make_tensor_value_info(name, kind, shape)


# A photo model: 1x1 convolution from RGB to 4 channels, a map, its mean, and 5 classes.
mix = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]], np.float32).reshape(4, 3, 1, 1)
fc = np.arange(20, dtype=np.float32).reshape(4, 5) / 10
nodes = [
    h.make_node("Conv", ["input", "mix"], ["map"]),
    h.make_node("GlobalAveragePool", ["map"], ["gap"]),
    h.make_node("Flatten", ["gap"], ["features"]),
    h.make_node("MatMul", ["features", "fc"], ["logits"]),
]
for name, n, side in [("photo", "N", 8), ("photo-free", "N", None), ("photo-one", 1, 8)]:
    hw = (side, side) if side else ("H", "W")
    save(name, nodes, [value("input", T.FLOAT, n, 3, *hw)],
         [value("map", T.FLOAT, n, 4, *hw), value("features", T.FLOAT, n, 4), value("logits", T.FLOAT, n, 5)],
         {"mix": mix, "fc": fc})

# The same with channels last and only a map to take.
save("photo-last",
     [h.make_node("Transpose", ["input"], ["x"], perm=[0, 3, 1, 2]),
      h.make_node("Conv", ["x", "mix"], ["y"]),
      h.make_node("Transpose", ["y"], ["last"], perm=[0, 2, 3, 1])],
     [value("input", T.FLOAT, "N", 8, 8, 3)], [value("last", T.FLOAT, "N", 8, 8, 4)], {"mix": mix})

# Only class scores, no feature.
save("photo-classes", nodes[:3] + [h.make_node("MatMul", ["features", "fc"], ["logits"])],
     [value("input", T.FLOAT, "N", 3, 8, 8)], [value("logits", T.FLOAT, "N", 5)], {"mix": mix, "fc": fc})

# A text model: row i of the table is [i, 2i, 1, -i].
table = np.array([[i, 2 * i, 1, -i] for i in range(12)], np.float32)
save("text",
     [h.make_node("Gather", ["table", "input_ids"], ["tokens"]),
      h.make_node("Unsqueeze", ["attention_mask", "axis"], ["mask3"]),
      h.make_node("Cast", ["mask3"], ["maskf"], to=T.FLOAT),
      h.make_node("Mul", ["tokens", "maskf"], ["last_hidden_state"])],
     [value("input_ids", T.INT64, "N", "L"), value("attention_mask", T.INT64, "N", "L")],
     [value("last_hidden_state", T.FLOAT, "N", "L", 4)], {"table": table, "axis": np.array([2], np.int64)})

# Outputs of several types; only two of them can be exchanged. The second node fails at run
# time for batches other than 1.
save("types",
     [h.make_node("Greater", ["x", "zero"], ["positive"]),
      h.make_node("Cast", ["x"], ["whole"], to=T.INT64),
      h.make_node("Reshape", ["x", "two"], ["pair"])],
     [value("x", T.FLOAT, "N", 2)],
     [value("positive", T.BOOL, "N", 2), value("whole", T.INT64, "N", 2), value("pair", T.FLOAT, 2)],
     {"zero": np.zeros(1, np.float32), "two": np.array([2], np.int64)})

# Slow enough to be cancelled: a long loop of small steps.
body = h.make_graph(
    [h.make_node("Identity", ["go"], ["go_out"]), h.make_node("MatMul", ["a", "a0"], ["b"]), h.make_node("Tanh", ["b"], ["a_out"])],
    "body", [value("i", T.INT64), value("go", T.BOOL), value("a", T.FLOAT, 64, 64)],
    [value("go_out", T.BOOL), value("a_out", T.FLOAT, 64, 64)])
save("slow", [h.make_node("Loop", ["count", "yes", "a0"], ["out"], body=body)],
     [value("a0", T.FLOAT, 64, 64)], [value("out", T.FLOAT, 64, 64)],
     {"count": np.array(10_000_000, np.int64), "yes": np.array(True)})
