"""How many trials a second Optuna's storage on PostgreSQL gives out and takes back, with workers that compute nothing.

python optuna_jobs.py <sqlalchemy url> <jobs> <workers> <processes>: prints the trials a second.
"""

import multiprocessing
import sys
import threading
import time

import optuna

URL, JOBS, WORKERS, PROCESSES = sys.argv[1], *map(int, sys.argv[2:5])


def work(threads: int, jobs: int) -> None:
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    storage = optuna.storages.RDBStorage(URL, engine_kwargs={"pool_size": threads})
    study = optuna.load_study(study_name="bench", storage=storage, sampler=optuna.samplers.RandomSampler())

    def one() -> None:
        for _ in range(jobs // threads):
            trial = study.ask()
            trial.suggest_int("gamma", 0, 9)
            trial.suggest_float("learning_rate", 1e-4, 1e-2, log=True)
            trial.suggest_categorical("alpha", ["1", "balanced"])
            for epoch in range(5):
                trial.report(0.5, epoch)
            study.tell(trial, 0.5)

    crew = [threading.Thread(target=one) for _ in range(threads)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()


if __name__ == "__main__":
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    optuna.create_study(study_name="bench", storage=URL, direction="maximize")
    started = time.perf_counter()
    crew = [
        multiprocessing.Process(target=work, args=(WORKERS // PROCESSES, JOBS // PROCESSES)) for _ in range(PROCESSES)
    ]
    for process in crew:
        process.start()
    for process in crew:
        process.join()
    seconds = time.perf_counter() - started
    study = optuna.load_study(study_name="bench", storage=URL)
    complete = sum(trial.state == optuna.trial.TrialState.COMPLETE for trial in study.get_trials(deepcopy=False))
    print(f"{complete / seconds:.1f}")
