#!/usr/bin/env python3
"""Trains the surface inspection model on rendered parts and measures it on parts it has not seen.

    python train.py            # render, train, export, measure (about 15 minutes)
    python train.py --check    # measure the committed model on a freshly rendered held-out set
"""

import argparse
import time
from pathlib import Path

import numpy as np
import onnxruntime

from render import LABELS, MEAN, STD, dataset

FIXTURE = Path(__file__).resolve().parents[2] / "Operators/Snapshot/fixture"
MODEL = FIXTURE / "models/surface-inspection.onnx"
LABEL_FILE = FIXTURE / "labels/surface-inspection.txt"
SIZE = 224
TRAINING_SEED, HELD_OUT_SEED = 1, 2


def augmented(rng, images, touched):
    """Each image as it is, mirrored or turned by half, with another exposure and white balance."""
    count = len(images)
    steps = rng.choice((-1, 1), (count, 2))
    turned = lambda arrays: np.stack([a[::down, ::right] for a, (down, right) in zip(arrays, steps)])
    gain = rng.uniform(.85, 1.15, (count, 1, 1, 1)) * rng.uniform(.95, 1.05, (count, 1, 1, 3))
    offset = rng.uniform(-.08, .08, (count, 1, 1, 1))
    return turned(images), gain.astype(np.float32), offset.astype(np.float32), turned(touched)


def close_ups(rng, images, touched, cells=12):
    """A crop of every image, cells x cells of its grid, that holds part of the defect if there is one."""
    grid, pixels = touched.shape[1], images.shape[1] // touched.shape[1]
    crops, crops_touched = [], []
    for image, where in zip(images, touched):
        rows, columns = np.nonzero(where) if where.any() else np.indices(where.shape).reshape(2, -1)
        chosen = rng.integers(len(rows))
        row, column = (np.clip(at[chosen] - rng.integers(cells), 0, grid - cells) for at in (rows, columns))
        top, left, side = row * pixels, column * pixels, cells * pixels
        crops.append(image[top:top + side, left:left + side])
        crops_touched.append(where[row:row + cells, column:column + cells])
    return np.stack(crops), np.stack(crops_touched)


def train(images, labels, touched, close_up_epochs, full_epochs, batch=16, peak=.012):
    """Trains from scratch, on close-ups first, with a warm-up and a cosine decay in each phase, and exports.

    A defect is a few hundred pixels of fifty thousand: in close-ups of defects the network learns what they look
    like at a fifth of the cost, in full frames it learns to look for them everywhere."""
    import network

    rng = np.random.default_rng(TRAINING_SEED)
    parameters, statistics = network.initialise(rng, len(LABELS))
    zeros = network.jax.tree_util.tree_map(network.jnp.zeros_like, parameters)
    for phase, epochs in ("close-ups", close_up_epochs), ("full", full_epochs):
        moments, step, per_epoch = (zeros, zeros), 0, len(images) // batch
        total = epochs * per_epoch
        for epoch in range(1, epochs + 1):
            started, order, results = time.perf_counter(), rng.permutation(len(images)), []
            for chosen in order[:per_epoch * batch].reshape(per_epoch, batch):
                step += 1
                rate = peak * min(1, step / (.05 * total)) * (.5 + .5 * np.cos(np.pi * step / total))
                seen = images[chosen], touched[chosen]
                if phase == "close-ups":
                    seen = close_ups(rng, *seen)
                x, gain, offset, cells = augmented(rng, *seen)
                parameters, statistics, moments, loss, accuracy = network.train_step(
                    parameters, statistics, moments, step, rate, x, gain, offset, labels[chosen], cells)
                results.append((loss, accuracy))
            loss, accuracy = np.mean(np.array(results, np.float32), axis=0)
            print(f"{phase:>9} {epoch:2}  loss {loss:.3f}  accuracy {accuracy:6.1%}  "
                  f"{time.perf_counter() - started:.0f} s", flush=True)

    model = network.to_onnx(parameters, statistics, LABELS, SIZE)
    MODEL.parent.mkdir(parents=True, exist_ok=True)
    LABEL_FILE.parent.mkdir(parents=True, exist_ok=True)
    network.onnx.save(model, MODEL)
    LABEL_FILE.write_text("\n".join(LABELS) + "\n")

    probe = normalised(images[:16])
    expected, _, _ = network.forward(parameters, statistics, probe.transpose(0, 2, 3, 1), False)
    difference = np.abs(session().run(None, {"image": probe})[0] - np.asarray(expected)).max()
    print(f"exported {MODEL.name}: at most {difference:.1e} from the training framework's logits")


def normalised(images):
    """uint8 NHWC frames as the model's input."""
    return np.ascontiguousarray(((images / np.float32(255) - MEAN) / STD).transpose(0, 3, 1, 2))


def session():
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(MODEL, options, providers=["CPUExecutionProvider"])


def measure(images, labels, _):
    """Prints accuracy and confusion on a held-out set, the size of the file and the time of one inference."""
    run = session()
    confusion, times = np.zeros((len(LABELS), len(LABELS)), int), []
    for image, label in zip(images, labels):
        tensor = normalised(image[None])
        started = time.perf_counter()
        logits = run.run(None, {"image": tensor})[0]
        times.append(time.perf_counter() - started)
        confusion[label, logits[0].argmax()] += 1

    print(f"\nheld-out accuracy {confusion.trace() / len(images):.1%} of {len(images)} parts (seed {HELD_OUT_SEED})\n")
    width = max(map(len, LABELS)) + 2
    print(" " * width + "".join(f"{name:>{width}}" for name in LABELS) + "   <- the model says")
    for name, row in zip(LABELS, confusion):
        print(f"{name:<{width}}" + "".join(f"{n:>{width}}" for n in row))
    print(f"\nmodel {MODEL.stat().st_size / 1e6:.2f} MB, {1e3 * np.median(times):.2f} ms per inference "
          f"(median, one thread, ONNX Runtime {onnxruntime.__version__})")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="measure the committed model, do not train")
    parser.add_argument("--parts", type=int, default=4000, help="how many parts to train on")
    parser.add_argument("--held-out", type=int, default=1000, help="how many parts to measure on")
    parser.add_argument("--epochs", type=int, nargs=2, default=[12, 5], help="on close-ups, on full frames")
    options = parser.parse_args()
    print(f"rendering {options.held_out} held-out parts", flush=True)
    held_out = dataset(HELD_OUT_SEED, options.held_out, SIZE)
    if not options.check:
        print(f"rendering {options.parts} parts to train on", flush=True)
        train(*dataset(TRAINING_SEED, options.parts, SIZE), *options.epochs)
    measure(*held_out)
