"""Logistic regression and boosted trees of scikit-learn as trainers of focalsweep.

It also runs alone, on a made-up table:  python3 train_sklearn.py
"""

import pathlib
import sys

import numpy as np
from sklearn.datasets import make_classification
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

# Where this repository has the client. Beside a script of your own: focalsweep client python > focalsweep.py
sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "clients" / "python"))
import focalsweep


def made_up_table():
    """For a run without focalsweep."""
    X, y = make_classification(2000, 20, n_informative=8, n_classes=3, weights=[0.85, 0.1, 0.05], random_state=0)
    split = lambda rows: focalsweep.Split(X[rows], y[rows])
    return focalsweep.Data(split(slice(1200)), split(slice(1200, 1600)), split(slice(1600, 2000)), ["benign", "Emotet", "Dridex"])


def estimator(config, seed):
    class_weight = None if config.class_weight == "none" else config.class_weight
    if config.estimator == "logistic":
        return LogisticRegression(class_weight=class_weight, max_iter=1000)
    return HistGradientBoostingClassifier(class_weight=class_weight, early_stopping=False, random_state=seed)


def probabilities(model, X, classes):
    """A column for each class of the table; 0 for a class without training rows, which the model does not know."""
    columns = np.zeros((len(X), classes))
    columns[:, model.classes_] = model.predict_proba(X)
    return columns


run = focalsweep.start({"estimator": "logistic", "class_weight": "none"}, data=made_up_table)
data = run.data
model = estimator(run.config, run.seed).fit(data.train.X, data.train.y)
run.finish(
    validation={"probabilities": probabilities(model, data.validation.X, len(data.classes))},
    test={"probabilities": probabilities(model, data.test.X, len(data.classes))},
)
