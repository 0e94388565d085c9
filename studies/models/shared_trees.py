"""Boosted trees that all classes share against one tree a class: python shared_trees.py FOLDER

FOLDER is that of a table in the folder of models.mjs. Softmax cross-entropy, Newton values of leaves, learning rate 0.1, the round of the
lowest log loss on the validation rows. Exact splits, which are slow, so this compares what trees are worth, not what they cost.
"""

import json
import os
import sys

import numpy as np
from sklearn.metrics import f1_score
from sklearn.tree import DecisionTreeRegressor

folder = sys.argv[1]
read = lambda name: np.load(os.path.join(folder, f"{name}.npy"))
classes = json.load(open(os.path.join(folder, "table.json")))["classes"]
x, y = np.nan_to_num(read("x"), nan=-1e9), read("y").astype(int)
train, validation, test = (read(name).astype(int) for name in ("train", "validation", "test"))
SPLITS = {"train": train, "validation": validation, "test": test}
ROUNDS, PATIENCE, RATE, LAMBDA = 300, 20, 0.1, 1.0
SEEDS = [1, 2, 3]


def softmax(scores):
    e = np.exp(scores - scores.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def log_loss(scores, targets):
    own = softmax(scores)[np.arange(len(targets)), targets]
    return -np.mean(np.log(np.maximum(own, 1e-15)))


def steps(tree, gradients, hessians):
    """Newton's step of every leaf, [leaves, classes]."""
    leaves = tree.apply(x[train])
    values = np.zeros((tree.tree_.node_count, gradients.shape[1]))
    below = np.full_like(values, LAMBDA)
    np.add.at(values, leaves, gradients)
    np.add.at(below, leaves, hessians)
    return values / below


def boost(shared, leaves, seed):
    one_hot = np.eye(classes)[y[train]]
    scores = {name: np.zeros((len(rows), classes)) for name, rows in SPLITS.items()}
    best, since, result = np.inf, 0, None
    for round_ in range(ROUNDS):
        p = softmax(scores["train"])
        gradients, hessians = one_hot - p, p * (1 - p)
        groups = [list(range(classes))] if shared else [[c] for c in range(classes)]
        for group in groups:
            draw = seed * 100003 + round_ * 101 + group[0]
            tree = DecisionTreeRegressor(
                max_leaf_nodes=leaves, min_samples_leaf=5, max_features=0.6, random_state=draw
            )
            tree.fit(x[train], gradients[:, group] if shared else gradients[:, group[0]])
            values = steps(tree, gradients[:, group], hessians[:, group])
            for name, rows in SPLITS.items():
                scores[name][:, group] += RATE * values[tree.apply(x[rows])]
        loss = log_loss(scores["validation"], y[validation])
        if loss < best:
            best, since = loss, 0
            macro_f1 = f1_score(y[test], scores["test"].argmax(1), average="macro")
            result = (macro_f1, log_loss(scores["test"], y[test]), round_ + 1)
        else:
            since += 1
            if since >= PATIENCE:
                break
    return result


for shared, leaves in [(False, 15), (False, 31), (True, 31), (True, 63), (True, 127)]:
    runs = [boost(shared, leaves, seed) for seed in SEEDS]
    f1, loss, rounds = (np.mean([run[at] for run in runs]) for at in range(3))
    print(f"{os.path.basename(folder)}: {'shared' if shared else 'a class'}, {leaves} leaves: macro-F1 {f1:.3f}, log loss {loss:.3f}, {rounds:.0f} rounds", flush=True)
