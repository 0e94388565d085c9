"""The problems of bench/two-objectives.mjs for Optuna: two values to minimise."""

import math


def zdt(shape, trial):
    x = [trial.suggest_float(f"x{at}", 0.0, 1.0) for at in range(5)]
    g = 1 + 9 * sum(x[1:]) / 4
    return x[0], g * shape(x[0] / g, x[0])


def training(trial):
    rate = math.log10(trial.suggest_float("rate", 1e-5, 1.0, log=True))
    gamma = trial.suggest_float("gamma", 0.0, 5.0)
    units = trial.suggest_int("units", 8, 256)
    solver = trial.suggest_categorical("solver", ["adam", "sgd", "lion"])
    scheme = trial.suggest_categorical("scheme", ["none", "balanced", "effective"])
    off = (rate - {"adam": -2, "sgd": -0.5, "lion": -3.5}[solver]) ** 2 / 4 + (units / 256 - 0.6) ** 2
    weight = gamma / 5 * 0.7 + {"none": 0, "balanced": 0.3, "effective": 0.15}[scheme]
    slip = 0.1 if solver == "sgd" else 0
    return off + slip + weight**2, off + slip + (1 - weight) ** 2


PROBLEMS = {
    "ZDT1": lambda trial: zdt(lambda share, _: 1 - math.sqrt(share), trial),
    "ZDT2": lambda trial: zdt(lambda share, _: 1 - share**2, trial),
    "ZDT3": lambda trial: zdt(
        lambda share, x: 1 - math.sqrt(share) - share * math.sin(10 * math.pi * x), trial
    ),
    "mixed": training,
}
