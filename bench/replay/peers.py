"""Searches of other programs on a replay table: a request on stdin as bench/replay/peers.mjs writes it, the answer on stdout."""

import json
import random
import sys
import warnings

import numpy as np
import optuna
from ray.tune.schedulers import AsyncHyperBandScheduler

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
request = json.load(sys.stdin)
SIGN, RUNS, POINTS = request["sign"], request["runs"], request["points"]
MAX_EPOCHS, BUDGETS = request["maxEpochs"], request["budgets"]
BY_POINT = {tuple(point): trial for trial, point in enumerate(POINTS)}
SPACE = {f"axis {at}": list(range(count)) for at, count in enumerate(request["axes"])}
# Trials that Ray trains at the same time.
CONCURRENT = 8
MOST_SEEDS = 5


class Replicates:
    """Some seeds of a trial, trained epoch by epoch side by side; values are larger for better."""

    def __init__(self, trial, seeds):
        self.trial = trial
        self.runs = [RUNS[trial][seed] for seed in seeds]
        self.length = max(len(epochs) for epochs, _ in self.runs)
        self.epochs = 0

    def step(self):
        self.epochs += 1
        return SIGN * np.mean([epochs[min(self.epochs, len(epochs)) - 1] for epochs, _ in self.runs])

    @property
    def is_over(self):
        return self.epochs >= self.length

    @property
    def cost(self):
        return sum(min(self.epochs, len(epochs)) for epochs, _ in self.runs)

    def final(self):
        return SIGN * np.mean([value for _, value in self.runs])


def asked(trial):
    """Which trial of the table a trial of Optuna is; None where the grid lacks the point."""
    return BY_POINT.get(tuple(trial.suggest_categorical(axis, values) for axis, values in SPACE.items()))


def tpe(order, repeat, multivariate):
    """The choice and the epochs after each of the budgets."""
    sampler = optuna.samplers.TPESampler(seed=repeat, multivariate=multivariate)
    study = optuna.create_study(direction="maximize", sampler=sampler)
    best, spent, known, answers = None, 0, {}, []
    for count in range(1, max(BUDGETS) + 1):
        trial = study.ask()
        number = asked(trial)
        if number is None:
            study.tell(trial, state=optuna.trial.TrialState.FAIL)
        else:
            replicates = Replicates(number, order[:3])
            # A configuration that is asked for again is not trained again, and is one of the trials all the same.
            spent += 0 if number in known else sum(len(epochs) for epochs, _ in replicates.runs)
            known[number] = replicates.final()
            study.tell(trial, known[number])
            best = max(known, key=known.get)
        if count in BUDGETS:
            answers.append([best, spent])
    return answers


def pruned_grid(order, repeat, pruner, train):
    """The whole grid in a random order through a pruner."""
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.RandomSampler(), pruner=pruner)
    for point in random.Random(repeat).sample(POINTS, len(POINTS)):
        study.enqueue_trial(dict(zip(SPACE, point)))
    spent, complete = 0, {}
    for _ in POINTS:
        trial = study.ask()
        number = asked(trial)
        value, cost, is_pruned = train(trial, number, order)
        spent += cost
        if is_pruned:
            study.tell(trial, state=optuna.trial.TrialState.PRUNED)
        else:
            complete[number] = value
            study.tell(trial, value)
    return [max(complete, key=complete.get), spent]


def by_epochs(seeds):
    def train(trial, number, order):
        replicates = Replicates(number, order[:seeds])
        while not replicates.is_over:
            trial.report(replicates.step(), replicates.epochs)
            if not replicates.is_over and trial.should_prune():
                return None, replicates.cost, True
        return replicates.final(), replicates.cost, False

    return train


def by_seeds(trial, number, order):
    values, cost = [], 0
    for step, seed in enumerate(order[:MOST_SEEDS]):
        epochs, value = RUNS[number][seed]
        cost += len(epochs)
        values.append(SIGN * value)
        trial.report(values[-1], step)
        if step + 1 < MOST_SEEDS and trial.should_prune():
            return None, cost, True
    return np.mean(values), cost, False


class RayTrial:
    def __init__(self, trial_id):
        self.trial_id = trial_id


def asha(order, repeat, seeds, factor):
    """Ray's scheduler, fed with the results of some trials at a time."""
    scheduler = AsyncHyperBandScheduler(
        metric="value", mode="max", max_t=MAX_EPOCHS, grace_period=3, reduction_factor=factor
    )
    waiting = list(range(len(POINTS)))
    random.Random(repeat).shuffle(waiting)
    spent, complete, active = 0, {}, []
    while waiting or active:
        while waiting and len(active) < CONCURRENT:
            trial = RayTrial(str(waiting[-1]))
            scheduler.on_trial_add(None, trial)
            active.append((trial, Replicates(waiting.pop(), order[:seeds])))
        still = []
        for trial, replicates in active:
            result = {"value": replicates.step(), "training_iteration": replicates.epochs}
            if replicates.is_over:
                scheduler.on_trial_complete(None, trial, result)
                complete[replicates.trial] = replicates.final()
            elif scheduler.on_trial_result(None, trial, result) == "STOP":
                pass
            else:
                still.append((trial, replicates))
                continue
            spent += replicates.cost
        active = still
    return [max(complete, key=complete.get), spent]


def hyperband_pruner(repeat):
    return optuna.pruners.HyperbandPruner(min_resource=3, max_resource=MAX_EPOCHS, reduction_factor=3)


def repeated(search):
    return [search(order, repeat) for repeat, order in enumerate(request["orders"])]


searches = [
    (f"Optuna, HyperbandPruner on the grid, {seeds} seed{'s' if seeds > 1 else ''}",
     lambda order, repeat, seeds=seeds: pruned_grid(order, repeat, hyperband_pruner(repeat), by_epochs(seeds)))
    for seeds in (1, 3)
] + [
    ("Optuna, WilcoxonPruner over 5 seeds",
     lambda order, repeat: pruned_grid(order, repeat, optuna.pruners.WilcoxonPruner(p_threshold=0.1), by_seeds)),
] + [
    (f"Ray, ASHA, grace 3, factor {factor}, {seeds} seed{'s' if seeds > 1 else ''}",
     lambda order, repeat, seeds=seeds, factor=factor: asha(order, repeat, seeds, factor))
    for seeds, factor in ((1, 2), (3, 2), (3, 4))
]
samplers = []
for label, multivariate in (("Optuna TPE", False), ("Optuna TPE, multivariate", True)):
    answers = repeated(lambda order, repeat: tpe(order, repeat, multivariate))
    for at, trials in enumerate(BUDGETS):
        samplers.append({"label": label, "trials": trials, "answers": [own[at] for own in answers]})
json.dump(
    {"searches": [{"label": label, "answers": repeated(search)} for label, search in searches], "samplers": samplers},
    sys.stdout,
    default=lambda value: value.item(),
)
print()
