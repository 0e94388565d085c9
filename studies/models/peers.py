"""Other people's programs on the rows of a sweep: python peers.py FOLDER PROGRAM

FOLDER has what arrays.mjs writes. The class probabilities of the test rows go to PROGRAM-SEED.npy, and how it went to PROGRAM.json.
Training rows train, validation rows choose, test rows are only predicted. One thread; CPU seconds of everything but reading.
"""

import json
import os
import sys
import time

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
import numpy as np

folder, program = sys.argv[1:3]
read = lambda name: np.load(os.path.join(folder, f"{name}.npy"))
table = json.load(open(os.path.join(folder, "table.json")))
classes, categorical = table["classes"], table["categorical"]
x, native, y = read("x"), read("native"), read("y")
train, validation, test = read("train"), read("validation"), read("test")
SEEDS = [1, 2, 3]
TRIALS = 20
ROUNDS = 100
MOST_ROUNDS = 300
PATIENCE = 20


def probabilities(model, features):
    """By class index; a class without training rows has none."""
    all_classes = np.zeros((len(features), classes), np.float32)
    all_classes[:, model.classes_] = model.predict_proba(features)
    return all_classes


def lightgbm(seed=1, early=False, **settings):
    import lightgbm as lgb

    model = lgb.LGBMClassifier(random_state=seed, n_jobs=1, verbose=-1, **settings)
    held = dict(eval_set=[(native[validation], y[validation])], eval_metric="multi_logloss" if classes > 2 else "binary_logloss")
    stop = dict(callbacks=[lgb.early_stopping(PATIENCE, verbose=False)])
    return model.fit(native[train], y[train], categorical_feature=categorical, **(held | stop if early else {}))


def equal(seed):
    """The settings of the sweep `equal` in spaces.mjs; softmax for two classes, too."""
    import lightgbm as lgb

    settings = dict(
        objective="multiclass", num_class=classes, num_leaves=31, learning_rate=0.1, min_data_in_leaf=20, lambda_l2=1.0,
        max_bin=255, num_threads=1, verbose=-1, seed=seed,
    )
    data = lgb.Dataset(native[train], y[train], categorical_feature=categorical, params=settings)
    return lgb.train(settings, data, ROUNDS).predict(native[test]).astype(np.float32)


def tuned():
    """20 trials of Optuna's TPE by macro-F1 on the validation rows."""
    import optuna
    from sklearn.metrics import f1_score

    optuna.logging.set_verbosity(optuna.logging.WARNING)

    def settings_of(trial):
        return dict(
            n_estimators=MOST_ROUNDS,
            learning_rate=trial.suggest_float("learning_rate", 0.01, 0.3, log=True),
            num_leaves=trial.suggest_int("num_leaves", 8, 256, log=True),
            min_child_samples=trial.suggest_int("min_child_samples", 1, 100, log=True),
            reg_lambda=trial.suggest_float("lambda_l2", 1e-3, 10, log=True),
            colsample_bytree=trial.suggest_float("feature_fraction", 0.4, 1),
            subsample=trial.suggest_float("bagging_fraction", 0.4, 1),
            subsample_freq=1,
            class_weight=trial.suggest_categorical("class_weight", [None, "balanced"]),
        )

    def score(trial):
        model = lightgbm(early=True, **settings_of(trial))
        return f1_score(y[validation], model.predict(native[validation]), average="macro")

    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=1))
    study.optimize(score, TRIALS)
    best = settings_of(optuna.trial.FixedTrial(study.best_params))
    notes = {"chosen": study.best_params, "validation_macro_f1": study.best_value}
    return lambda seed: probabilities(lightgbm(seed, early=True, **best), native[test]), notes


def histogram_boosting(seed):
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(class_weight="balanced", categorical_features=categorical, random_state=seed)
    return probabilities(model.fit(native[train], y[train]), native[test])


def forest(seed):
    from sklearn.ensemble import RandomForestClassifier

    model = RandomForestClassifier(300, class_weight="balanced", random_state=seed, n_jobs=1)
    return probabilities(model.fit(x[train], y[train]), x[test])


def network(seed):
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier((128, 64), early_stopping=True, random_state=seed)
    return probabilities(model.fit(x[train], y[train]), x[test])


def balanced(seed):
    return probabilities(lightgbm(seed, class_weight="balanced"), native[test])


# By program: how to get a function from seed to probabilities with notes, and the seeds; programs that draw nothing have one.
PROGRAMS = {
    "lightgbm-equal": (lambda: (equal, {}), SEEDS[:1]),
    "lightgbm-balanced": (lambda: (balanced, {}), SEEDS[:1]),
    "lightgbm-tuned": (tuned, SEEDS),
    "histogram-boosting": (lambda: (histogram_boosting, {}), SEEDS[:1]),
    "random-forest": (lambda: (forest, {}), SEEDS),
    "scikit-mlp": (lambda: (network, {}), SEEDS),
}

prepare, seeds = PROGRAMS[program]
start = time.process_time()
predict, notes = prepare()
results = [predict(seed) for seed in seeds]
seconds = time.process_time() - start
for seed, result in zip(seeds, results):
    np.save(os.path.join(folder, f"{program}-{seed}.npy"), result)
with open(os.path.join(folder, f"{program}.json"), "w") as file:
    json.dump({"seeds": seeds, "cpu_seconds": seconds, **notes}, file)
