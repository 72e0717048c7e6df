"""Teachers as torch modules: runs the few ONNX operators they use, so that a GPU can.

onnxruntime gives the pooled outputs only; here the maps before pooling come out too,
which teach the student where things are, not only that they are there.
"""

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch.nn import functional as F

POOLS = {"GlobalAveragePool", "Flatten", "Gemm"}


def attributes(node):
    return {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}


class Teacher:
    """One ONNX file. Calling it gives {"features": [N,C,h,w], "features_mid": [N,D,H,W]} and, where the file has it, "logits"."""

    def __init__(self, path, device, dtype):
        graph = onnx.load(path).graph
        self.device, self.dtype = device, dtype
        self.input = graph.input[0].name
        self.weights = {t.name: torch.from_numpy(np.array(numpy_helper.to_array(t))) for t in graph.initializer}
        self.maps = self.before_pooling(graph)
        self.head = next(((n.input[1], n.input[2], attributes(n).get("transB", 0)) for n in graph.node if n.op_type == "Gemm"), None)
        self.nodes = [n for n in graph.node if n.op_type not in POOLS]
        self.fold_casts()
        self.weights = {k: self.place(v) for k, v in self.weights.items()}
        self.last_use = {name: i for i, node in enumerate(self.nodes) for name in node.input}

    def before_pooling(self, graph):
        makers = {o: n for n in graph.node for o in n.output}
        maps = {}
        for output in ("features", "features_mid"):
            node = makers[output]
            while node.op_type in POOLS:
                name = node.input[0]
                node = makers[name]
            maps[name] = output
        return maps

    def fold_casts(self):
        """Weights that the file keeps in half precision."""
        for node in self.nodes:
            if node.op_type == "Cast" and node.input[0] in self.weights:
                self.weights[node.output[0]] = self.weights[node.input[0]].float()
        self.nodes = [n for n in self.nodes if n.op_type != "Cast"]

    def place(self, value):
        value = value.to(self.device)
        value = value.to(self.dtype) if value.is_floating_point() else value
        return value.contiguous(memory_format=torch.channels_last) if value.ndim == 4 else value

    @torch.no_grad()
    def __call__(self, pixels):
        """pixels: normalised, [N,3,224,224]."""
        values = {self.input: pixels.to(self.dtype).contiguous(memory_format=torch.channels_last)}
        outputs = {}
        for i, node in enumerate(self.nodes):
            arguments = [values[n] if n in values else self.weights.get(n) for n in node.input]
            name = node.output[0]
            values[name] = run(node.op_type, attributes(node), arguments)
            if name in self.maps:
                outputs[self.maps[name]] = values[name]
            for used in node.input:
                if used in values and self.last_use[used] == i:
                    del values[used]
        if self.head:
            weight, bias, transposed = self.head
            pooled = outputs["features"].float().mean((2, 3)).to(self.dtype)
            weight = self.weights[weight] if transposed else self.weights[weight].t()
            outputs["logits"] = F.linear(pooled, weight, self.weights[bias])
        return outputs


def run(op, a, x):
    if op == "Conv":
        pads = a.get("pads", [0, 0, 0, 0])
        if pads[:2] != pads[2:]:
            x[0], pads = F.pad(x[0], (pads[1], pads[3], pads[0], pads[2])), [0, 0]
        return F.conv2d(x[0], x[1], x[2] if len(x) > 2 else None, a.get("strides", [1, 1]), pads[:2], a.get("dilations", [1, 1]), a.get("group", 1))
    if op == "Relu":
        return x[0].relu()
    if op == "Clip":
        return x[0].clamp(0, 6) if len(x) == 1 else x[0].clamp(x[1], x[2])
    if op == "Add":
        return x[0] + x[1]
    if op == "Mul":
        return x[0] * x[1]
    if op == "MaxPool":
        pads = a.get("pads", [0, 0, 0, 0])
        x[0] = F.pad(x[0], (pads[1], pads[3], pads[0], pads[2]), value=float("-inf"))
        return F.max_pool2d(x[0], a["kernel_shape"], a["strides"])
    raise ValueError(f"teachers.py does not know the operator {op}: add it to run()")
