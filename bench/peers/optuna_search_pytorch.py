"""Optuna's TPE with its median pruner over PyTorch training: what a script does that tunes on a few seeds."""
import optuna
import task
import torch

optuna.logging.set_verbosity(optuna.logging.ERROR)
torch.set_num_threads(1)
given = task.request()
classes, rare = given["classes"], given["rare_classes"]
data = {
    name: (
        torch.frombuffer(bytearray(open(given["files"][f"{name}_features"], "rb").read()), dtype=torch.float32).reshape(-1, given["features"]),
        torch.frombuffer(bytearray(open(given["files"][f"{name}_labels"], "rb").read()), dtype=torch.int32).long(),
    )
    for name in ("train", "validation")
}


def alpha_of(value, counts):
    """Weights of classes as this project has them: a number, by frequency, or by effective number with a mean of 1 over the rows."""
    if isinstance(value, (int, float)):
        return torch.full((classes,), float(value))
    if value == "balanced":
        weights = 1 / counts
    else:
        beta = value["effective_number"]
        weights = (1 - beta) / (1 - beta**counts)
    return weights * counts.sum() / (weights * counts).sum()


def network(dropout):
    layers = [given["features"], *given["hidden"]]
    parts = []
    for a, b in zip(layers, layers[1:]):
        parts += [torch.nn.Linear(a, b), torch.nn.ReLU(), *([torch.nn.Dropout(dropout)] if dropout > 0 else [])]
    return torch.nn.Sequential(*parts, torch.nn.Linear(layers[-1], classes))


def macro_f1(predicted, labels):
    confusion = torch.bincount(labels * classes + predicted, minlength=classes * classes).reshape(classes, classes).double()
    hits = confusion.diagonal()
    return (2 * hits / (confusion.sum(0) + confusion.sum(1)).clamp(min=1)).mean().item()


def objective(trial):
    config = {name: given["grid"][name][trial.suggest_categorical(name, range(len(given["grid"][name])))] for name in given["grid"]}
    (x, y), (vx, vy) = data["train"], data["validation"]
    counts = torch.bincount(y, minlength=classes).double()
    alpha = alpha_of(config["alpha"], counts).float()
    shift = (config.get("logit_adjustment", 0) * (counts / counts.sum()).log()).float()
    batch = config.get("batch_size", given["batch_size"])
    scores, step = [], 0
    for seed in given["seeds"]:
        torch.manual_seed(seed)
        model = network(config.get("dropout", 0))
        optimizer = torch.optim.Adam(model.parameters(), lr=config["learning_rate"])
        best, since = 0.0, 0
        for _ in range(given["epochs"]):
            model.train()
            for rows in torch.randperm(len(y)).split(batch):
                optimizer.zero_grad()
                task.focal_loss(model(x[rows]) + shift, y[rows], alpha, config["gamma"]).mean().backward()
                optimizer.step()
            model.eval()
            with torch.no_grad():
                score = macro_f1(model(vx).argmax(1), vy)
            best, since = (score, 0) if score > best else (best, since + 1)
            trial.report(score, step)
            step += 1
            if trial.should_prune():
                raise optuna.TrialPruned()
            if 0 < given["patience"] <= since:
                break
        scores.append(best)
        step = len(scores) * given["epochs"]
    trial.set_user_attr("config", config)
    return sum(scores) / len(scores)


pruner = optuna.pruners.MedianPruner(n_startup_trials=5, n_warmup_steps=given["grace"])
study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=given["search_seed"]), pruner=pruner)
study.optimize(objective, n_trials=given["trials"], n_jobs=given["workers"])
task.answer(
    version=f"Optuna {optuna.__version__}, PyTorch {torch.__version__}",
    trials=len(study.trials),
    pruned=sum(own.state == optuna.trial.TrialState.PRUNED for own in study.trials),
    chosen=study.best_trial.user_attrs["config"],
)
