"""Searches of Optuna's NSGA-II on problems of bench/nsga2.mjs: request on stdin, the values of all trials as JSON on stdout."""

import json
import sys

import optuna

from two_objectives import PROBLEMS

optuna.logging.set_verbosity(optuna.logging.ERROR)


def search(problem, trials, seed, population):
    study = optuna.create_study(
        directions=["minimize", "minimize"],
        sampler=optuna.samplers.NSGAIISampler(seed=seed, population_size=population),
    )
    study.optimize(PROBLEMS[problem], n_trials=trials)
    return [trial.values for trial in study.trials]


request = json.load(sys.stdin)
print(
    json.dumps(
        {
            "version": optuna.__version__,
            "values": [
                search(request["problem"], request["trials"], seed, request["population"])
                for seed in request["seeds"]
            ],
        }
    )
)
