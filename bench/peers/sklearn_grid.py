"""scikit-learn's GridSearchCV over MLPClassifier (cross-entropy: it has no focal loss), one fit per core at a time."""
import json, sys, warnings
import numpy as np
import sklearn
from sklearn.model_selection import GridSearchCV, PredefinedSplit
from sklearn.neural_network import MLPClassifier

warnings.filterwarnings("ignore")
given = json.load(sys.stdin)
rng = np.random.default_rng(7)
rows = given["rows"] + given["validation_rows"]
y = rng.integers(0, given["classes"], rows)
x = (rng.normal(size=(given["classes"], given["features"]))[y] + rng.normal(size=(rows, given["features"])) * 2).astype(np.float32)
fold = np.where(np.arange(rows) < given["rows"], -1, 0)
trials = len(given["grid"]["alpha"]) * len(given["grid"]["gamma"]) * len(given["grid"]["learning_rate"])
grid = {"learning_rate_init": given["grid"]["learning_rate"],
        "alpha": [1e-5 * (i + 1) for i in range(trials // len(given["grid"]["learning_rate"]))]}
model = MLPClassifier(tuple(given["hidden"]), batch_size=given["batch"], max_iter=given["epochs"], n_iter_no_change=10_000)
search = GridSearchCV(model, grid, scoring="recall_macro", cv=PredefinedSplit(fold), n_jobs=given["workers"], refit=False)
search.fit(x, y)
print(json.dumps(dict(version=f"scikit-learn {sklearn.__version__}", trials=len(search.cv_results_["params"]))))
