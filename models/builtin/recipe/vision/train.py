"""Distils the student from shards written by targets.py.

    python train.py --shards SHARDS --out CHECKPOINTS --until 15:40

The learning rate follows a one-cycle over training time, not steps, since the
speed of a shared machine is unknown: whatever the budget, the cycle completes.
A checkpoint is written every three minutes; starting again goes on from it.
"""

import argparse
import copy
import datetime
import math
import pathlib
import tempfile
import time

import numpy as np
import torch
from torch import distributed
from torch.nn import functional as F

from network import TARGETS, Student

SEED = 20
BATCH = 16  # of each worker
PEAK_RATE = 3e-3
WEIGHT_DECAY = 0.02
WARM_UP = 0.12  # share of the time
EMA = 0.998
SAVE_SECONDS = 180
WEIGHTS = {"features": 1.0, "features_mid": 0.5}  # of each teacher's loss
SIZES = ((0.4, 96), (0.75, 128), (1.01, 160))  # until this share of the time, px: small pictures are faster
MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1) * 255
STD = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1) * 255


class Projection:
    """Standardise, rotate to the leading principal axes, half-whiten.

    Full whitening would make the student chase the teacher's noise, none would
    let a few axes take all the loss; eigenvalue**-0.25 lies between.
    """

    def __init__(self, rows):
        rows = rows.astype(np.float32)
        self.mean, self.std = rows.mean(0), rows.std(0) + 1e-3
        z = (rows - self.mean) / self.std
        values, axes = np.linalg.eigh(z.T @ z / len(z))
        values, axes = values[::-1][:TARGETS], axes[:, ::-1][:, :TARGETS]
        basis = axes * values**-0.25
        self.basis = (basis / np.sqrt((values**0.5).mean())).astype(np.float32)

    def __call__(self, rows):
        z = np.clip((rows.astype(np.float32) - self.mean) / self.std, -8, 8)
        return torch.from_numpy(z @ self.basis)


def rate_at(progress):
    if progress < WARM_UP:
        return PEAK_RATE * (0.05 + 0.95 * progress / WARM_UP)
    return PEAK_RATE * (0.002 + 0.998 * 0.5 * (1 + math.cos(math.pi * (progress - WARM_UP) / (1 - WARM_UP))))


def distance(guess, target):
    """Mean squared error (targets have unit mean square) plus cosine distance."""
    return F.mse_loss(guess, target) + (1 - F.cosine_similarity(guess, target).mean())


def pixels_to_input(pixels, progress, rng):
    x = torch.from_numpy(pixels).permute(0, 3, 1, 2).float()
    if rng.random() < 0.5:
        x = x.flip(3)
    size = next(px for until, px in SIZES if progress < until)
    if size != x.shape[2]:
        x = F.interpolate(x, (size, size), mode="bilinear", antialias=True)
    return ((x - MEAN) / STD).contiguous(memory_format=torch.channels_last)


def update_ema(ema, model, step):
    decay = min(EMA, (1 + step) / (10 + step))
    with torch.no_grad():
        for kept, new in zip(ema.state_dict().values(), model.state_dict().values()):
            if kept.dtype.is_floating_point:
                kept.lerp_(new, 1 - decay)
            else:
                kept.copy_(new)


def mean_over_workers(tensors):
    """All-reduces the tensors as one, in place."""
    flat = torch.cat([t.reshape(-1) for t in tensors])
    distributed.all_reduce(flat)
    flat /= distributed.get_world_size()
    offset = 0
    for tensor in tensors:
        tensor.copy_(flat[offset : offset + tensor.numel()].view_as(tensor))
        offset += tensor.numel()


class Trainer:
    """One of the workers; all hold the same weights, the first one saves."""

    def __init__(self, shards, out, end):
        self.shards, self.out, self.end = shards, out, end
        self.rank, self.workers = distributed.get_rank(), distributed.get_world_size()
        torch.manual_seed(SEED)
        self.wait_for(2)
        self.outputs = sorted(n for n in np.load(self.names()[0]).files if n != "pixels")
        self.model = Student(self.outputs).to(memory_format=torch.channels_last)
        self.ema = copy.deepcopy(self.model)
        decayed = [p for p in self.model.parameters() if p.ndim > 1]
        rest = [p for p in self.model.parameters() if p.ndim <= 1]
        groups = [{"params": decayed, "weight_decay": WEIGHT_DECAY}, {"params": rest, "weight_decay": 0.0}]
        self.optimiser = torch.optim.AdamW(groups, lr=1e-4)
        self.step, self.samples, self.used, self.uses = 0, 0, 0.0, {}
        self.resume()
        self.started = time.time()
        self.saved = self.started

    @property
    def checkpoint(self):
        return self.out / "checkpoint.pt"

    def resume(self):
        if not self.checkpoint.exists():
            return
        state = torch.load(self.checkpoint, weights_only=False)
        self.model.load_state_dict(state["model"])
        self.ema.load_state_dict(state["ema"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.samples, self.used, self.uses = (state[k] for k in ("step", "samples", "used", "uses"))
        print(f"resumed at step {self.step}", flush=True)

    def save(self):
        state = {"model": self.model.state_dict(), "ema": self.ema.state_dict(), "optimiser": self.optimiser.state_dict(), "step": self.step,
                 "samples": self.samples, "used": self.seconds(), "uses": self.uses}
        part = self.checkpoint.with_suffix(".part")
        torch.save(state, part)
        part.rename(self.checkpoint)
        self.saved = time.time()

    def seconds(self):
        return self.used + time.time() - self.started

    def progress(self):
        total = self.used + self.end - self.started
        return min(1.0, self.seconds() / max(total, 1.0))

    def wait_for(self, count):
        while len(self.names()) < count:
            time.sleep(2)

    def names(self):
        """Paths of the shards that are there."""
        return sorted(self.shards.glob("v*.npz"))

    def projections(self):
        """Fitted on the first two shards, which never change."""
        data = [np.load(p) for p in self.names()[:2]]
        return [Projection(np.concatenate([d[k] for d in data])) for k in self.outputs]

    def shared_progress(self):
        """The workers' mean, so that all use the same rate and stop together."""
        value = torch.tensor([self.progress()], dtype=torch.float64)
        mean_over_workers([value])
        return value.item()

    def agreed_names(self):
        """The shards that exist, as the first worker sees them."""
        seen = [[p.name for p in self.names()]]
        distributed.broadcast_object_list(seen, src=0)
        return seen[0]

    def next_shard(self, rng):
        """The least used shard, so new ones come first."""
        names = self.agreed_names()
        least = min(self.uses.get(n, 0) for n in names)
        name = str(rng.choice([n for n in names if self.uses.get(n, 0) == least]))
        self.uses[name] = least + 1
        return np.load(self.shards / name)

    def train_shard(self, data, projections, rng):
        pixels = data["pixels"]
        targets = [p(data[k]) for p, k in zip(projections, self.outputs)]
        weights = [WEIGHTS[k.split(".")[1]] for k in self.outputs]
        order = rng.permutation(len(pixels))
        losses = []
        whole = BATCH * self.workers
        for start in range(0, len(order) - whole + 1, whole):
            progress = self.shared_progress()
            if progress >= 1:
                break
            mine = start + self.rank * BATCH
            rows = order[mine : mine + BATCH]
            rate = rate_at(progress)
            for group in self.optimiser.param_groups:
                group["lr"] = rate
            guesses = self.model(pixels_to_input(pixels[rows], progress, rng))
            parts = [distance(g, t[rows]) for g, t in zip(guesses, targets)]
            self.optimiser.zero_grad(set_to_none=True)
            sum(w * p for w, p in zip(weights, parts)).backward()
            mean_over_workers([p.grad for p in self.model.parameters()])
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 5.0)
            self.optimiser.step()
            self.step += 1
            self.samples += whole
            if self.rank == 0:
                update_ema(self.ema, self.model, self.step)
            losses.append([p.item() for p in parts])
        if losses and self.rank == 0:
            now = " ".join(f"{k} {v:.4f}" for k, v in zip(self.outputs, np.mean(losses, axis=0)))
            print(f"step {self.step} samples {self.samples} progress {self.progress():.3f} "
                  f"rate {rate:.5f} {now} seconds {self.seconds():.0f} shards {len(self.uses)}", flush=True)

    def run(self):
        projections = self.projections()
        self.model.train()
        while self.shared_progress() < 1:
            rng = np.random.default_rng([SEED, self.step])
            self.train_shard(self.next_shard(rng), projections, rng)
            if self.rank == 0 and time.time() - self.saved > SAVE_SECONDS:
                self.save()
        if self.rank == 0:
            self.save()
            print(f"done: {self.step} steps, {self.samples} samples, {self.seconds():.0f} s", flush=True)


def work(rank, args, end, meeting):
    torch.set_num_threads(1)
    distributed.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=args.workers)
    Trainer(args.shards, args.out, end).run()
    distributed.destroy_process_group()


def clock(text):
    hour, minute = map(int, text.split(":"))
    return datetime.datetime.now().replace(hour=hour, minute=minute, second=0).timestamp()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shards", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    end = parser.add_mutually_exclusive_group(required=True)
    end.add_argument("--until", type=clock, help="local time HH:MM at which training ends")
    end.add_argument("--minutes", type=float, help="training time from now")
    parser.add_argument("--workers", type=int, default=2, help="processes of one thread each")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    stop = args.until or time.time() + 60 * args.minutes
    with tempfile.TemporaryDirectory() as folder:
        meeting = f"{folder}/meeting"
        start = torch.multiprocessing.start_processes
        start(work, (args, stop, meeting), nprocs=args.workers, start_method="fork")  # spares importing torch again


if __name__ == "__main__":
    main()
