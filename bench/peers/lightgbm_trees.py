"""LightGBM on a table of trees-table.mjs: CPU seconds, memory beyond the loaded table, and the loss on the rows held out."""
import json, resource, sys, time
import lightgbm
import numpy as np

given = json.load(sys.stdin)
table = given["table"]
x = np.fromfile(table["x"], np.float32).reshape(table["rows"], table["features"])
y = np.fromfile(table["y"], np.int32)
train = table["rows"] - given["testRows"]
settings = dict(objective="multiclass", num_class=table["classes"], num_leaves=31, learning_rate=0.1, min_data_in_leaf=20, lambda_l2=1,
                max_bin=given["bins"], num_threads=1, seed=1, verbose=-1)
if given.get("quantised"):
    settings["use_quantized_grad"] = True
peak_mb = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
loaded, start = peak_mb(), time.process_time()
data = lightgbm.Dataset(x[:train], y[:train], params=settings)
data.construct()
binned = time.process_time()
model = lightgbm.train(settings, data, given["rounds"])
grown, added = time.process_time(), peak_mb() - loaded
shares = model.predict(x[train:])
loss = -np.log(np.maximum(shares[np.arange(len(shares)), y[train:]], 1e-15)).mean()
print(json.dumps(dict(version=f"LightGBM {lightgbm.__version__}", binning=binned - start, growing=grown - binned, addedMb=added, logLoss=loss)))
