"""Optuna's GridSampler over PyTorch training, one trial per core at a time."""
import optuna
import task

optuna.logging.set_verbosity(optuna.logging.ERROR)
given = task.request()
names = ("alpha", "gamma", "learning_rate")
space = {name: given["grid"][name] for name in names}


def objective(trial):
    return task.train({name: trial.suggest_categorical(name, space[name]) for name in names}, given)


study = optuna.create_study(direction="maximize", sampler=optuna.samplers.GridSampler(space))
study.optimize(objective, n_jobs=given["workers"])
task.answer(version=f"Optuna {optuna.__version__}", trials=len(study.trials))
