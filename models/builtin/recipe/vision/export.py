"""Writes encoder.onnx from a checkpoint and checks it against torch.

    python export.py --checkpoint checkpoint.pt --out encoder.onnx

The averaged (EMA) weights are used. Batch norms are folded into the convolutions
first, so the file holds convolutions, ReLUs, sums and means only. With --random the
untrained network is written instead, the control of probe.py.
"""

import argparse
import hashlib
import pathlib

import numpy as np
import onnx
import onnxruntime as ort
import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from network import SIZE, Encoder

SEED = 20
OPSET = 17
QUANTISED_FROM = 1024  # values of a weight


def fold(module):
    """Replaces every (convolution, batch norm) pair by one convolution."""
    for child in module.children():
        fold(child)
    if isinstance(module, nn.Sequential) and len(module) > 1 and isinstance(module[1], nn.BatchNorm2d):
        module[0] = fuse_conv_bn_eval(module[0], module[1])
        module[1] = nn.Identity()


def load(checkpoint):
    torch.manual_seed(SEED)
    encoder = Encoder()
    if checkpoint is not None:
        encoder.load_state_dict(torch.load(checkpoint, weights_only=True, map_location="cpu")["encoder"])
    encoder.eval()
    fold(encoder)
    return encoder


def write(encoder, path):
    names = {"input_names": ["pixels"], "output_names": ["features", "features_mid"]}
    axes = {name: {0: "batch"} for name in ("pixels", "features", "features_mid")}
    torch.onnx.export(encoder, (torch.zeros(1, 3, SIZE, SIZE),), str(path), opset_version=OPSET, dynamic_axes=axes, dynamo=False, **names)
    model = onnx.load(path)
    for node in model.graph.node:
        node.doc_string = ""
    model.doc_string = ""
    quantise(model.graph)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def quantise(graph):
    """Keeps large weights as int8 with one scale for each output channel; the runtime multiplies them out once, at load."""
    nodes = []
    for weight in list(graph.initializer):
        if weight.data_type != onnx.TensorProto.FLOAT or np.prod(weight.dims) < QUANTISED_FROM:
            continue
        name, values = weight.name, onnx.numpy_helper.to_array(weight)
        scale = np.maximum(np.abs(values).max(axis=tuple(range(1, values.ndim)), keepdims=True), 1e-12) / 127
        weight.CopyFrom(onnx.numpy_helper.from_array(np.round(values / scale).astype(np.int8), name + ".int8"))
        graph.initializer.append(onnx.numpy_helper.from_array(scale.astype(np.float32), name + ".scale"))
        nodes.append(onnx.helper.make_node("Cast", [name + ".int8"], [name + ".whole"], to=onnx.TensorProto.FLOAT))
        nodes.append(onnx.helper.make_node("Mul", [name + ".whole", name + ".scale"], [name]))
    nodes.extend(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)


def agreement(encoder, path):
    """Smallest cosine between onnxruntime's and torch's features, which tells what int8 weights cost."""
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    worst = 1.0
    for batch in (1, 5):
        x = torch.randn(batch, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(batch))
        with torch.no_grad():
            expected = encoder(x)
        for got, want in zip(session.run(["features", "features_mid"], {"pixels": x.numpy()}), expected):
            cosine = torch.nn.functional.cosine_similarity(torch.from_numpy(got), want)
            worst = min(worst, float(cosine.min()))
    return worst


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--checkpoint", type=pathlib.Path)
    source.add_argument("--random", action="store_true")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    encoder = load(args.checkpoint)
    write(encoder, args.out)
    cosine = agreement(encoder, args.out)
    if cosine < 0.995:
        raise SystemExit(f"onnxruntime's features differ from torch's: cosine {cosine}")
    parameters = sum(p.numel() for p in encoder.parameters())
    digest = hashlib.sha256(args.out.read_bytes()).hexdigest()
    print(f"{args.out} {args.out.stat().st_size} bytes sha256 {digest} parameters {parameters} smallest cosine {cosine:.5f}")


if __name__ == "__main__":
    main()
