"""A multilayer perceptron under focal loss in PyTorch: a training script with epochs, patience and checkpoints, as a trainer of focalsweep.

It also runs alone, on a made-up table:  python3 train_pytorch.py
"""

import os
import pathlib
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

# Where this repository has the client. Beside a script of your own: focalsweep client python > focalsweep.py
sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "clients" / "python"))
import focalsweep

DEFAULTS = {"gamma": 2.0, "alpha": 1, "learning_rate": 1e-3, "hidden": [128, 64], "batch_size": 256, "epochs": 30, "patience": 7}
FOLDS = 10


class FocalLoss(nn.Module):
    """-alpha_t (1 - p_t)^gamma log(p_t), Lin et al. 2017. alpha: a number, or a weight for each class. gamma = 0 and alpha = 1 are
    cross-entropy. The mean is over rows, whatever their weights."""

    def __init__(self, alpha=1.0, gamma=2.0, reduction="mean"):
        super().__init__()
        self.register_buffer("alpha", torch.as_tensor(alpha, dtype=torch.float32))
        self.gamma = gamma
        self.reduction = reduction

    def forward(self, logits, targets):  # (batch, classes), (batch,)
        log_p = F.log_softmax(logits, dim=1)
        log_pt = log_p.gather(1, targets[:, None]).squeeze(1)
        # In log space: 1 - exp(log_pt) would lose all digits of a row that is learned, and its gradient would be NaN.
        others = log_p.masked_fill(F.one_hot(targets, logits.shape[1]).bool(), float("-inf"))
        log_rest = torch.logsumexp(others, dim=1)
        alpha = self.alpha[targets] if self.alpha.ndim > 0 else self.alpha
        loss = -alpha * torch.exp(self.gamma * log_rest) * log_pt
        return loss.mean() if self.reduction == "mean" else loss.sum() if self.reduction == "sum" else loss


def class_weights(alpha, y, classes):
    """A number as it is; `balanced` gives N / (C n_c), as in scikit-learn."""
    if alpha != "balanced":
        return alpha
    counts = np.bincount(y, minlength=classes)
    return len(y) / (np.count_nonzero(counts) * np.maximum(counts, 1))


def network(inputs, hidden, classes):
    sizes = [inputs, *hidden]
    layers = []
    for before, after in zip(sizes, sizes[1:]):
        layers += [nn.Linear(before, after), nn.ReLU()]
    model = nn.Sequential(*layers, nn.Linear(sizes[-1], classes))
    for layer in model[:-1:2]:
        nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
    nn.init.xavier_uniform_(model[-1].weight)
    for layer in model[::2]:
        nn.init.zeros_(layer.bias)
    return model


def macro_f1(truth, predicted, classes):
    """The mean F1 of the classes that occur in `truth`."""
    counts = np.bincount(truth * classes + predicted, minlength=classes * classes).reshape(classes, classes)
    rows = counts.sum(axis=1)
    f1 = 2 * counts.diagonal() / np.maximum(rows + counts.sum(axis=0), 1)
    return float(f1[rows > 0].mean())


def rare_recall(truth, predicted, rare):
    """The mean recall of the rare classes that occur in `truth`."""
    recalls = [float((predicted[truth == c] == c).mean()) for c in rare if (truth == c).any()]
    return sum(recalls) / len(recalls) if recalls else None


def validation_logits(history, y, classes, seed):
    """Logits of the validation rows, each from the epoch that the other rows choose: the best epoch on all of them looks better than
    it is on new rows."""
    fold = np.random.default_rng(seed).permutation(len(y)) % FOLDS
    chosen = history[0].copy()
    for part in range(FOLDS):
        outside, inside = fold != part, fold == part
        scores = [macro_f1(y[outside], logits[outside].argmax(1), classes) for logits in history]
        chosen[inside] = history[int(np.argmax(scores))][inside]
    return chosen


def evaluate(model, criterion, X, y):
    model.eval()
    with torch.no_grad():
        logits = model(X)
        return logits.cpu().numpy(), criterion(logits, y).item()


def save(state, file):
    """Whole or not at all, also if the process is killed in between."""
    torch.save(state, file.with_suffix(".new"))
    os.replace(file.with_suffix(".new"), file)


def made_up_table():
    """For a run without focalsweep."""
    draw = np.random.default_rng(0)

    def split(rows):
        y = draw.choice(3, rows, p=[0.8, 0.15, 0.05])
        return focalsweep.Split((draw.normal(size=(rows, 8)) + 0.7 * y[:, None]).astype(np.float32), y)

    return focalsweep.Data(split(1200), split(400), split(400), ["benign", "Emotet", "Dridex"])


def main():
    run = focalsweep.start(DEFAULTS, data=made_up_table)
    config, data = run.config, run.data
    classes = len(data.classes)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(run.seed)

    def tensors(split):
        return torch.from_numpy(split.X).to(device), torch.from_numpy(split.y).to(device)

    (X, y), validation, test = tensors(data.train), tensors(data.validation), tensors(data.test)
    model = network(X.shape[1], config.hidden, classes).to(device)
    criterion = FocalLoss(class_weights(config.alpha, data.train.y, classes), config.gamma).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate)
    order = torch.Generator().manual_seed(run.seed)

    # Everything that the next epoch depends on, and what is told of the epochs so far.
    checkpoint = run.checkpoints / "last.pt"
    told, history, best, best_score, test_logits, test_loss = [], [], 0, -1.0, None, None
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=False)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        order.set_state(state["order"])
        torch.set_rng_state(state["rng"])
        told, history, best, best_score, test_logits, test_loss = state["progress"]
        for epoch in told:
            run.epoch(**epoch)

    patience = config.patience or config.epochs  # as in a spec, 0 never stops early
    while len(told) < config.epochs and len(told) - best < patience:
        if run.should_stop:
            raise SystemExit("stopped after epoch %d" % len(told))
        model.train()
        loss_sum, hits = 0.0, 0
        for rows in torch.randperm(len(y), generator=order).split(config.batch_size):
            rows = rows.to(device)
            optimizer.zero_grad()
            logits = model(X[rows])
            loss = criterion(logits, y[rows])
            loss.backward()
            optimizer.step()
            loss_sum += loss.item() * len(rows)
            hits += (logits.argmax(1) == y[rows]).sum().item()
        train_loss = loss_sum / len(y)
        if not np.isfinite(train_loss):
            run.fail("training diverged: the loss of epoch %d is not finite" % (len(told) + 1))

        logits, loss = evaluate(model, criterion, *validation)
        accuracy = float((logits.argmax(1) == data.validation.y).mean())
        score = macro_f1(data.validation.y, logits.argmax(1), classes)
        history.append(logits)
        told.append({
            "epoch": len(told) + 1, "train_loss": train_loss, "train_accuracy": hits / len(y),
            "validation_loss": loss, "accuracy": accuracy, "macro_f1": score,
            "rare_recall": rare_recall(data.validation.y, logits.argmax(1), data.rare_classes),
        })
        run.epoch(**told[-1])
        print("Epoch %d Results:" % len(told))
        print("  Train Loss: %.4f, Train Acc: %.2f%%" % (train_loss, 100 * hits / len(y)))
        print("  Val Loss:   %.4f, Val Acc:   %.2f%%" % (loss, 100 * accuracy))

        if score > best_score:
            best, best_score = len(told), score
            test_logits, test_loss = evaluate(model, criterion, *test)
        save({
            "model": model.state_dict(), "optimizer": optimizer.state_dict(), "order": order.get_state(),
            "rng": torch.get_rng_state(), "progress": (told, history, best, best_score, test_logits, test_loss),
        }, checkpoint)

    run.finish(
        validation={"logits": validation_logits(history, data.validation.y, classes, run.seed)},
        test={"logits": test_logits, "loss": test_loss},
        epoch=best,
        stopped_by="patience" if len(told) - best >= patience else "epochs",
    )


if __name__ == "__main__":
    main()
