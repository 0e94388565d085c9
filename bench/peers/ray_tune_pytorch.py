"""Ray Tune's grid over PyTorch training, one trial per core at a time."""
import os, sys

os.environ["RAY_DEDUP_LOGS"] = "0"
import ray
from ray import tune
import task

given = task.request()
here = os.path.dirname(os.path.abspath(__file__))


def trainable(config):
    sys.path.insert(0, here)
    import task as ours

    tune.report({"recall": ours.train(config, given)})


saved, sys.stdout = sys.stdout, sys.stderr
ray.init(num_cpus=given["workers"], include_dashboard=False, log_to_driver=False,
         runtime_env={"env_vars": {"PYTHONPATH": here}})
results = tune.Tuner(trainable, param_space={k: tune.grid_search(v) for k, v in given["grid"].items()}).fit()
ray.shutdown()
sys.stdout = saved
task.answer(version=f"Ray {ray.__version__}", trials=len(results))
