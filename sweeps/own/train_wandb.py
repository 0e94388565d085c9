"""A program of a W&B sweep: it gets its parameters as --name=value and has its own data. Only Python's standard library is needed.

Alone:  python3 train_wandb.py --degree=2
"""

import argparse
import math
import pathlib
import random
import sys

# Where this repository has the client. Beside a script of your own: focalsweep client python > focalsweep.py
sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "clients" / "python"))
import focalsweep

CLASSES = ["benign", "Emotet", "Dridex"]


def rows(draw, count):
    """Points in a plane: a large class in the middle, a small one on a ring around it, and a rare one aside."""
    for _ in range(count):
        label = draw.choices([0, 1, 2], [0.75, 0.18, 0.07])[0]
        angle, radius = draw.uniform(0, 2 * math.pi), draw.gauss([0, 2.2, 0][label], 0.7)
        yield radius * math.cos(angle) + 2 * (label == 2), radius * math.sin(angle) + 2 * (label == 2), label


def features(x, y, degree):
    return [1, x, y] if degree == 1 else [1, x, y, x * x, y * y, x * y]


def probabilities(weights, row):
    logits = [sum(w * v for w, v in zip(column, row)) for column in weights]
    most = max(logits)
    powers = [math.exp(z - most) for z in logits]
    return [power / sum(powers) for power in powers]


def gradient(p, label, gamma):
    """Of the focal loss in the logits."""
    rest = max(1 - p[label], 1e-12)
    own = rest**gamma * (gamma * p[label] * math.log(max(p[label], 1e-300)) - rest)
    return [own if c == label else -own * p[c] / rest for c in range(len(p))]


parser = argparse.ArgumentParser()
parser.add_argument("--learning_rate", type=float, default=0.1)
parser.add_argument("--gamma", type=float, default=0)
parser.add_argument("--degree", type=int, default=1)
parser.add_argument("--epochs", type=int, default=15)
args = parser.parse_args()

run = focalsweep.start()
table = random.Random(2021)  # the same rows for every run: their labels are the same, too
train, validation, test = list(rows(table, 600)), list(rows(table, 400)), list(rows(table, 400))
draw = random.Random(run.seed)
weights = [[draw.gauss(0, 0.1) for _ in features(0, 0, args.degree)] for _ in CLASSES]
for epoch in range(args.epochs):
    loss = 0
    for x, y, label in draw.sample(train, len(train)):
        row = features(x, y, args.degree)
        p = probabilities(weights, row)
        loss -= (1 - p[label]) ** args.gamma * math.log(max(p[label], 1e-300))
        for column, slope in zip(weights, gradient(p, label, args.gamma)):
            for k, value in enumerate(row):
                column[k] -= args.learning_rate * slope * value / (1 + epoch)
    run.epoch(train_loss=loss / len(train))
    if run.should_stop:
        raise SystemExit("stopped")

run.finish(
    validation={"probabilities": [probabilities(weights, features(x, y, args.degree)) for x, y, _ in validation]},
    test={"probabilities": [probabilities(weights, features(x, y, args.degree)) for x, y, _ in test]},
    labels={"validation": [label for *_, label in validation], "test": [label for *_, label in test]},
    classes=CLASSES,
)
