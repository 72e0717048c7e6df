"""Distils the student from several teachers at once, on a GPU or, slowly, on a CPU.

    python distill.py --photos DIR --teacher A.onnx --teacher B.onnx --out CHECKPOINTS --minutes 9

Every step draws new views of the photos (views.py), asks the teachers about them and
moves the student towards their answers: the pooled features, the maps before pooling
place by place, and the class scores where a teacher has them. Student and teachers see
the very same view, many views, also blends that no photo shows (Beyer et al.: Knowledge
distillation: A good teacher is patient and consistent, CVPR 2022).

The learning rate follows a one-cycle over the clock, since the speed of a machine is
unknown: whatever the budget, the cycle completes. A checkpoint holds the averaged
(EMA) weights and is written once a minute.
"""

import argparse
import copy
import math
import os
import pathlib
import time

import torch
from torch import nn
from torch.nn import functional as F

from network import STRIDES, Encoder, mean
from teachers import Teacher
from views import CANVASES, SIZE, Views

SEED = 20
AXES = 256  # principal axes of each teacher output
PEAK_RATE = 4e-3
WEIGHT_DECAY = 0.03
WARM_UP = 0.08  # share of the time
EMA = 0.999
SAVE_SECONDS = 60
FIT_BATCHES = 16  # views that the projections are fitted on, in batches
WEIGHTS = {"features": 1.0, "features_mid": 0.5, "map.features": 0.6, "map.features_mid": 0.3, "logits": 0.3}
SIZES = ((0.25, 128), (0.5, 160), (1.01, 192))  # until this share of the time, px: small pictures are faster
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
PLACES = 32  # places of a map that its projection is fitted on, of each view


class Projection:
    """Standardise, rotate to the leading principal axes, half-whiten.

    Full whitening would make the student chase the teacher's noise, none would
    let a few axes take all the loss; eigenvalue**-0.25 lies between.
    """

    def __init__(self, rows):
        self.mean, self.std = rows.mean(0), rows.std(0) + 1e-3
        z = ((rows - self.mean) / self.std).clamp(-8, 8).double()
        values, axes = torch.linalg.eigh(z.T @ z / len(z))
        values, axes = values.flip(0)[:AXES].clamp(min=1e-6), axes.flip(1)[:, :AXES]
        basis = axes * values**-0.25
        self.basis = (basis / (values**0.5).mean().sqrt()).float()

    def __call__(self, rows):
        return ((rows - self.mean) / self.std).clamp(-8, 8) @ self.basis


class Student(nn.Module):
    """The encoder with the linear heads that only training uses, one a target."""

    def __init__(self, targets):
        super().__init__()
        self.encoder = Encoder()
        self.heads = nn.ModuleDict()
        middle = STRIDES[8] + STRIDES[16]
        for name, (kind, stride, width) in targets.items():
            if kind.startswith("map."):
                self.heads[name.replace(".", "_")] = nn.Conv2d(STRIDES[stride], width, 1)
            else:
                self.heads[name.replace(".", "_")] = nn.Linear(middle if kind == "features_mid" else STRIDES[32], width)
        self.targets = targets

    def forward(self, x):
        maps = self.encoder.maps(x)
        final, middle = mean(maps[32]), torch.cat([mean(maps[8]), mean(maps[16])], 1)
        guesses = {}
        for name, (kind, stride, _) in self.targets.items():
            head = self.heads[name.replace(".", "_")]
            guesses[name] = head(maps[stride]) if kind.startswith("map.") else head(middle if kind == "features_mid" else final)
        return guesses


def rate_at(progress):
    if progress < WARM_UP:
        return PEAK_RATE * (0.05 + 0.95 * progress / WARM_UP)
    return PEAK_RATE * (0.002 + 0.998 * 0.5 * (1 + math.cos(math.pi * (progress - WARM_UP) / (1 - WARM_UP))))


def distance(guess, target):
    """Mean squared error (targets have unit mean square) plus cosine distance, over the last dimension."""
    return F.mse_loss(guess, target) + (1 - F.cosine_similarity(guess, target, dim=-1).mean())


def rows_of(values):
    """[N,C,h,w] as [N*h*w, C]."""
    return values.permute(0, 2, 3, 1).reshape(-1, values.shape[1])


def update_ema(ema, model, step):
    decay = min(EMA, (1 + step) / (10 + step))
    with torch.no_grad():
        kept, new = list(ema.state_dict().values()), list(model.state_dict().values())
        torch._foreach_lerp_([k for k in kept if k.dtype.is_floating_point], [n for n in new if n.dtype.is_floating_point], 1 - decay)


class Trainer:
    def __init__(self, args):
        self.args = args
        self.device = torch.device(args.device)
        self.fast = self.device.type == "cuda"
        torch.manual_seed(SEED)
        self.views = Views(args.photos, self.device, args.workers, args.scars, args.limit)
        dtype = torch.float16 if self.fast else torch.float32
        self.teachers = [Teacher(path, self.device, dtype) for path in args.teacher]
        self.mean, self.std = (torch.tensor(v, device=self.device).view(1, 3, 1, 1) for v in (MEAN, STD))
        self.targets, self.projections = self.look()
        self.model = Student(self.targets).to(self.device, memory_format=torch.channels_last)
        self.ema = copy.deepcopy(self.model).requires_grad_(False)
        decayed = [p for p in self.model.parameters() if p.ndim > 1]
        rest = [p for p in self.model.parameters() if p.ndim <= 1]
        groups = [{"params": decayed, "weight_decay": WEIGHT_DECAY}, {"params": rest, "weight_decay": 0.0}]
        self.optimiser = torch.optim.AdamW(groups, lr=1e-4, fused=self.fast)
        self.step, self.samples = 0, 0

    def answers(self, x):
        """What the teachers say about views, by name: pooled rows, maps and scores."""
        out = {}
        for at, teacher in enumerate(self.teachers):
            for kind, values in teacher((x - self.mean) / self.std).items():
                if kind == "logits":
                    out[f"t{at}.logits"] = values.float()
                    continue
                out[f"t{at}.map.{kind}"] = values
                out[f"t{at}.{kind}"] = values.float().mean((2, 3))
        return out

    def look(self):
        """Fits a projection to each kind of answer."""
        rows, targets = {}, {}
        for _ in range(FIT_BATCHES):
            for name, values in self.answers(self.views.draw(self.args.batch)).items():
                kind, stride = name.split(".", 1)[1], None
                if kind.startswith("map."):
                    stride = SIZE // values.shape[2]
                    values = rows_of(values)
                    values = values[torch.randint(len(values), (PLACES * self.args.batch,), device=self.device)].float()
                width = values.shape[1] if kind == "logits" else min(AXES, values.shape[1])
                targets[name] = (kind, stride, width)
                rows.setdefault(name, []).append(values)
        return targets, {n: Projection(torch.cat(r)) for n, r in rows.items() if not n.endswith("logits")}

    def loss(self, name, guess, answer):
        kind = self.targets[name][0]
        if kind == "logits":
            return F.kl_div(guess.log_softmax(1), answer.log_softmax(1), log_target=True, reduction="batchmean")
        if kind.startswith("map."):
            answer = F.interpolate(answer.float(), guess.shape[2:], mode="bilinear", antialias=True, align_corners=False)
            return distance(rows_of(guess), self.projections[name](rows_of(answer)))
        return distance(guess, self.projections[name](answer))

    def one_step(self, progress):
        size = next(px for until, px in SIZES if progress < until)
        x = self.views.draw(self.args.batch)
        answers = self.answers(x)
        if size != SIZE:
            x = F.interpolate(x, (size, size), mode="bilinear", antialias=True, align_corners=False)
        x = ((x - self.mean) / self.std).contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.fast):
            guesses = self.model(x)
        losses = {name: self.loss(name, guess.float(), answers[name]) for name, guess in guesses.items()}
        for group in self.optimiser.param_groups:
            group["lr"] = rate_at(progress)
        self.optimiser.zero_grad(set_to_none=True)
        sum(WEIGHTS[self.targets[n][0]] * part for n, part in losses.items()).backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 5.0)
        self.optimiser.step()
        self.step += 1
        self.samples += self.args.batch
        update_ema(self.ema, self.model, self.step)
        return losses

    def save(self):
        part = self.args.out / "checkpoint.part"
        torch.save({"encoder": self.ema.encoder.state_dict(), "step": self.step, "samples": self.samples}, part)
        part.rename(self.args.out / "checkpoint.pt")

    def run(self):
        start = saved = time.time()
        total = 60 * self.args.minutes
        self.model.train()
        while (progress := (time.time() - start) / total) < 1:
            losses = self.one_step(progress)
            if self.step % self.args.every == 0:
                said = " ".join(f"{n} {v.item():.3f}" for n, v in losses.items())
                print(f"step {self.step} samples {self.samples} progress {progress:.3f} {said} seconds {time.time() - start:.0f}", flush=True)
            if time.time() - saved > SAVE_SECONDS:
                self.save()
                saved = time.time()
        self.save()
        print(f"done: {self.step} steps, {self.samples} samples, {time.time() - start:.0f} s", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=pathlib.Path, required=True)
    parser.add_argument("--teacher", type=pathlib.Path, required=True, action="append")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--minutes", type=float, required=True, help="training time from when all is loaded")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--batch", type=int, default=256 if torch.cuda.is_available() else 32, help="views a step")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes that read photos")
    parser.add_argument("--scars", type=int, default=CANVASES, help="drawn scars kept ready")
    parser.add_argument("--limit", type=int, help="photos read at most (to try the program)")
    parser.add_argument("--every", type=int, default=100, help="steps between lines of output")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.backends.cudnn.benchmark = False
    Trainer(args).run()


if __name__ == "__main__":
    main()
