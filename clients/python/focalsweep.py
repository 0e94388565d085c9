"""A run of a focalsweep sweep, for training scripts. One file, no dependencies, Python 3.8 or later.

    import focalsweep

    run = focalsweep.start({"gamma": 2.0})        # defaults, for what the spec does not say
    for epoch in range(30):
        ...                                       # run.config.gamma, run.seed, run.data.train.X
        run.epoch(train_loss=loss, macro_f1=f1)
        if run.should_stop:
            raise SystemExit("stopped")           # after saving into run.checkpoints
    run.finish(validation=predictions, test=test_predictions)

Started without focalsweep, the script runs alone on its defaults: epochs and the result are printed.
This file is what `focalsweep client python` prints; docs/own-trainer.md of focalsweep has the rest.
"""

import array
import itertools
import json
import mmap
import os
import pathlib
import signal
import struct
import sys
import time
from collections.abc import Mapping, Sequence

__all__ = ["start", "Run", "Config", "Data", "Split"]

_SCORES = ("probabilities", "logits")
_OUTPUTS = ("predictions", *_SCORES)
# What has more values than this goes into a .npy file.
_INLINE_VALUES = 10_000


def start(defaults=None, data=None, seed=0):
    """The run that this process trains. `data` is for a spec without `data:` and for a script that runs alone, as a Data or
    anything else; a function is called when its data are needed. `seed` is for a script that runs alone."""
    path = os.environ.get("FOCALSWEEP_RUN")
    if not path:
        return Run({"config": {}, "seed": seed, "run": {"id": "alone"}}, None, defaults, data)
    report = os.environ.get("FOCALSWEEP_REPORT")
    if not report:
        raise RuntimeError("FOCALSWEEP_RUN is set and FOCALSWEEP_REPORT is not: focalsweep sets both")
    with open(path, encoding="utf-8") as file:
        return Run(json.load(file), report, defaults, data)


class Config(Mapping):
    """The parameters of a run: `config.gamma` or `config["gamma"]`."""

    def __init__(self, values):
        self._values = dict(values)

    def __getitem__(self, name):
        if name in self._values:
            return self._values[name]
        raise KeyError(self._missing(name))

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        if name in self._values:
            return self._values[name]
        raise AttributeError(self._missing(name))

    def __iter__(self):
        return iter(self._values)

    def __len__(self):
        return len(self._values)

    def __repr__(self):
        return "Config(%r)" % self._values

    def __dir__(self):
        return [*super().__dir__(), *self._values]

    def _missing(self, name):
        import difflib  # Imports that most runs do not need: runs can be short.

        near = difflib.get_close_matches(str(name), list(self._values), 1)
        meant = " Did you mean %s?" % near[0] if near else ""
        there = ", ".join(self._values) or "none"
        return "there is no parameter %s, and no default for it; there are: %s.%s" % (name, there, meant)


class Run:
    """What a script is to train, and where it tells what came out."""

    def __init__(self, told, report, defaults, data):
        #: The parameters: what the spec says, and the defaults for the rest.
        self.config = Config({**(defaults or {}), **told["config"]})
        #: Seed every source of chance with it.
        self.seed = told["seed"]
        #: The id of the run in the database.
        self.id = told["run"]["id"]
        #: When the run must have ended, in seconds as time.time() gives them; None without a time-out.
        self.deadline = told.get("deadline")
        self._checkpoints = told.get("checkpoints")
        self._files = told.get("data")
        self._data = data
        self._report = report
        self._pause = told.get("pause")
        self._last_epoch = 0
        self._epochs = 0
        self._is_judged = False
        self._ended = None
        self._sigterm = None
        # To save and to leave a script gets a tenth of its time, half a minute at most.
        left = 0 if self.deadline is None else self.deadline - time.time()
        self._stop_at = float("inf") if self.deadline is None else self.deadline - min(30, max(0, left / 10))

    @property
    def data(self):
        """The table of the spec, prepared and split; without one what `start` was given, or None."""
        if self._files is not None and not isinstance(self._data, Data):
            self._data = _data_of(self._files)
        elif callable(self._data):
            self._data = self._data()
        return self._data

    @property
    def checkpoints(self):
        """The folder for checkpoints. What is in it is there again when an interrupted or failed run goes on."""
        if self._checkpoints is None:
            import atexit
            import shutil
            import tempfile

            # A script that runs alone never goes on.
            self._checkpoints = tempfile.mkdtemp(prefix="focalsweep-alone-")
            atexit.register(shutil.rmtree, self._checkpoints, ignore_errors=True)
        return pathlib.Path(self._checkpoints)

    @property
    def should_stop(self):
        """True after SIGTERM, shortly before the deadline, and after an epoch at which a search with `stop:` judges the run: save a
        checkpoint and leave. SIGTERM ends a script that has never asked at once."""
        if self._sigterm is None:
            self._sigterm = _Sigterm()
        return self._sigterm.came or time.time() >= self._stop_at or self._should_pause()

    def _should_pause(self):
        if self._pause is None or self._ended is not None:
            return False
        return self._is_judged and self._epochs == self._last_epoch >= self._pause["after"]

    def epoch(self, epoch=None, **values):
        """Tells an epoch: any of train_loss, train_accuracy, validation_loss and the names of metrics. Other values are allowed;
        focalsweep does not read them. Epochs count from 1 by themselves; give `epoch` when going on from a checkpoint."""
        self._refuse_after_end("epoch")
        number = self._last_epoch + 1 if epoch is None else int(epoch)
        if number <= self._last_epoch:
            raise ValueError("epoch %d comes after epoch %d: epochs count up" % (number, self._last_epoch))
        self._last_epoch = number
        self._epochs += 1
        plain = {name: _plain(value) for name, value in values.items()}
        if self._pause is not None:
            self._is_judged = _is_finite(plain.get(self._pause["metric"]))
        if self._report is None:
            print("epoch %d  %s" % (number, _written(plain)), flush=True)
        else:
            self._append({"epoch": number, **plain})

    def finish(self, validation, test, labels=None, epoch=None, stopped_by=None, classes=None, model=None):
        """Tells the result. A split is a list of predictions (names or indices of classes); or a dict with predictions, probabilities or
        logits (rows x classes: lists, NumPy, PyTorch, ...) and perhaps `loss`; or a dict of metrics alone.

        Without `data:` in the spec, `labels` has the true classes, {"validation": ..., "test": ...}, and `classes` may have the names
        in the order of the indices. `epoch` is the one whose weights answer, by default the last; `stopped_by` is "epochs" or
        "patience".

        `model` is the path of a file with the trained model, at most 256 MB, which is kept with the run. Write it into
        `run.checkpoints`: another folder may be shared with runs that train at the same time."""
        self._refuse_after_end("finish")
        names = None if classes is None else [_plain(name) for name in _listed(classes)]
        line = {"epoch": _plain(epoch), "stopped_by": stopped_by, "classes": names}
        if model is not None:
            line["model"] = os.path.abspath(os.fspath(model))
            if not os.path.isfile(line["model"]):
                raise FileNotFoundError("model: there is no file %s" % line["model"])
        line = {key: value for key, value in line.items() if value is not None}
        for name, given in (("validation", validation), ("test", test)):
            line[name] = self._outputs(name, given, (labels or {}).get(name))
        if self._report is None:
            self._print_result(line)
        else:
            folder = os.path.dirname(os.path.abspath(self._report))
            for name in ("validation", "test"):
                line[name] = {k: self._told(folder, name, k, v) for k, v in line[name].items()}
            self._append(line)
        self._ended = "finish"

    def _told(self, folder, name, key, value):
        return value.told(os.path.join(folder, "%s-%s.npy" % (name, key))) if isinstance(value, _Array) else value

    def fail(self, reason, final=False):
        """Tells why the run failed, and ends the program. `final`: every other attempt would fail as well."""
        self._refuse_after_end("fail")
        self._ended = "fail"
        if self._report is not None:
            self._append({"error": str(reason), "final": bool(final)})
        raise SystemExit(str(reason))

    def _refuse_after_end(self, call):
        if self._ended is not None:
            raise RuntimeError("run.%s after run.%s, which ends the report" % (call, self._ended))

    def _append(self, line):
        # In one write, so that no reader sees half of it and no buffer can lose it.
        text = (json.dumps(line, separators=(",", ":")) + "\n").encode("utf-8")
        file = os.open(self._report, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
        try:
            while text:
                text = text[os.write(file, text) :]
        finally:
            os.close(file)

    def _outputs(self, name, given, labels):
        """What is told of a split: plain values, and an _Array for what has a value for each row."""
        given = dict(given) if isinstance(given, Mapping) else {"predictions": given}
        if labels is not None:
            given["labels"] = labels
        given = {key: value for key, value in given.items() if value is not None}
        if not given:
            raise ValueError("%s is empty: give predictions, probabilities, logits or metrics" % name)
        if not any(key in given for key in _OUTPUTS):
            return {key: _plain(value) for key, value in given.items()}
        others = [key for key in given if key not in (*_OUTPUTS, "labels", "loss")]
        if others:
            raise ValueError("%s has outputs, from which metrics are computed, and also %s" % (name, ", ".join(others)))
        return {key: _plain(value) if key == "loss" else self._array(name, key, value) for key, value in given.items()}

    def _array(self, name, key, value):
        where = "%s of %s" % (key, name)
        told = _Array(value, where, 2 if key in _SCORES else 1)
        if self._files is None:
            return told
        rows, classes = len(getattr(self.data, name)), self.data.classes
        if told.shape[0] != rows:
            raise ValueError("%s: %d rows are given, and the split has %d" % (where, told.shape[0], rows))
        if key in _SCORES and told.shape[1] != len(classes):
            raise ValueError("%s: %d columns are given, and there are %d classes" % (where, told.shape[1], len(classes)))
        # Where classes are called by numbers, a number could be either; in Python it is an index, as in `y`.
        if key not in _SCORES and told.kind in "iub" and all(_is_number(each) for each in classes):
            return _Array([_name_of(index, classes, where) for index in told.listed()], where, 1)
        return told

    def _print_result(self, line):
        for name in ("validation", "test"):
            told = line[name]
            outputs = [key for key in _OUTPUTS if key in told]
            if not outputs:
                print("%s  %s" % (name, _written(told)), flush=True)
                continue
            names = list(line.get("classes") or getattr(self.data, "classes", ()))
            found = _indices(told[outputs[0]].classes(), names)
            truth = told["labels"].listed() if "labels" in told else getattr(getattr(self.data, name, None), "y", None)
            scores = "" if truth is None else "  %s" % _written(_scores(_indices(truth, names), found, len(names)))
            print("%s  %d predictions%s" % (name, len(found), scores), flush=True)


class Data:
    """A table: `train`, `validation` and `test` are a Split each."""

    def __init__(self, train, validation, test, classes, rare_classes=(), feature_names=(), table=None):
        self.train = train
        self.validation = validation
        self.test = test
        #: Names; `y` has their indices.
        self.classes = list(classes)
        #: Indices of classes.
        self.rare_classes = list(rare_classes)
        self.feature_names = list(feature_names)
        #: Path of a Parquet file: the rows as in the source, with the label, and a column `split`.
        self.table = table


class Split:
    """Rows of a table: features `X`, rows x features; class indices `y`; and `rows`, their positions in the table. NumPy arrays where
    NumPy is installed; otherwise `X` is a sequence of memoryviews, one for each row, and the others are arrays."""

    def __init__(self, X, y, rows=None):
        self._X = X
        self.y = y
        self.rows = range(len(y)) if rows is None else rows

    @property
    def X(self):
        if callable(self._X):
            self._X = self._X()
        return self._X

    def __len__(self):
        return len(self.y)

    def __repr__(self):
        return "Split(%d rows)" % len(self)


class _Sigterm:
    """Notices SIGTERM instead of being ended by it."""

    def __init__(self):
        self.came = False
        self._pid = os.getpid()
        try:
            self._before = signal.getsignal(signal.SIGTERM)
            signal.signal(signal.SIGTERM, self._take)
        except ValueError:
            pass  # Only the main thread may listen. In another one SIGTERM ends the program.

    def _take(self, number, frame):
        if os.getpid() != self._pid:
            # A child that was forked, such as a worker of a pool, ends as it would have without us.
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        self.came = True
        if callable(self._before):
            self._before(number, frame)


def _data_of(files):
    try:
        import numpy
    except ImportError:
        numpy = None
    load = _load_npy if numpy is None else lambda path: numpy.asarray(numpy.load(path, mmap_mode="r"))
    features, labels = load(files["features"]), load(files["labels"])

    def split(name):
        rows = load(files[name])
        if numpy is None:
            return Split(_Rows(features, rows), array.array("i", (labels[row] for row in rows)), rows)
        # Copied out of the file when first asked for.
        return Split(lambda: features[rows], labels[rows].astype(numpy.int64), rows)

    others = {key: files[key] for key in ("classes", "rare_classes", "feature_names", "table")}
    return Data(split("train"), split("validation"), split("test"), **others)


class _Rows(Sequence):
    """Some rows of a matrix."""

    def __init__(self, matrix, rows):
        self._matrix = matrix
        self._rows = rows

    def __len__(self):
        return len(self._rows)

    def __getitem__(self, at):
        return _Rows(self._matrix, self._rows[at]) if isinstance(at, slice) else self._matrix[self._rows[at]]


class _Matrix:
    def __init__(self, values, columns):
        self._values = values
        self._columns = columns

    def __getitem__(self, row):
        return self._values[row * self._columns : (row + 1) * self._columns]


def _load_npy(path):
    """A .npy file of focalsweep without NumPy: version 1, 4-byte values in C order, read when they are used."""
    with open(path, "rb") as file:
        memory = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    begin = 10 + struct.unpack_from("<H", memory, 8)[0]
    header = bytes(memory[10:begin]).decode("latin1")
    kind = "f" if "'<f4'" in header else "i"
    shape = [int(size) for size in header.split("(")[1].split(")")[0].split(",") if size.strip()]
    values = memory[begin:].cast(kind)
    if sys.byteorder == "big":
        swapped = array.array(kind, values)
        swapped.byteswap()
        values = memoryview(swapped)
    return values if len(shape) == 1 else _Matrix(values, shape[1])


class _Array:
    """A value, or one for each class, for every row: from a list or a library."""

    def __init__(self, given, where, dimensions):
        values = _without_library(given)
        if not hasattr(values, "dtype"):
            values = [_plain(row) if isinstance(row, str) else _plain_row(row) for row in values]
        self._values = values
        self.shape = tuple(values.shape) if hasattr(values, "dtype") else _shape_of(values, where)
        if len(self.shape) != dimensions:
            hint = "" if len(self.shape) < 2 or dimensions == 2 else ': say {"logits": ...} or {"probabilities": ...}'
            wanted = "value" if dimensions == 1 else "list with a value for each class"
            raise ValueError("%s: each row needs one %s%s" % (where, wanted, hint))
        #: As NumPy has it: b, i, u, f, or U for texts.
        self.kind = values.dtype.kind if hasattr(values, "dtype") else _kind_of(self._flat())

    def _flat(self):
        return self._values if len(self.shape) == 1 else itertools.chain(*self._values)

    def listed(self):
        return _listed(self._values)

    def classes(self):
        """The class of each row: where its largest value is, the first of equal ones."""
        rows = self.listed()
        return rows if len(self.shape) == 1 else [max(range(len(row)), key=row.__getitem__) for row in rows]

    def told(self, path):
        """What a report has: the values, or the path of a .npy file with them if they are many."""
        if self.kind == "U" or self.shape[0] * self.shape[-1] ** (len(self.shape) - 1) <= _INLINE_VALUES:
            return self.listed()
        kind = "<f8" if self.kind == "f" else "<i8"
        if hasattr(self._values, "dtype"):
            kind = "<f4" if self.kind == "f" and self._values.dtype.itemsize <= 4 else kind
            content = self._values.astype(kind).tobytes()
        else:
            values = array.array("d" if self.kind == "f" else "q", self._flat())
            if sys.byteorder == "big":
                values.byteswap()
            content = values.tobytes()
        header = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }" % (kind, self.shape)
        header += " " * (63 - (10 + len(header)) % 64) + "\n"
        with open(path, "wb") as file:
            file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode("latin1") + content)
        return path


def _without_library(value):
    """A NumPy array of numbers if the library has a way to one, else a list."""
    for step in ("detach", "cpu"):  # PyTorch
        value = getattr(value, step)() if hasattr(value, step) else value
    if hasattr(value, "is_floating_point") and value.is_floating_point() and value.element_size() < 4:
        value = value.float()
    for way in ("to_numpy", "numpy"):  # pandas and polars; PyTorch and TensorFlow
        try:
            value = getattr(value, way)() if hasattr(value, way) else value
        except (ImportError, RuntimeError):
            pass  # PyTorch without NumPy
    is_array = hasattr(value, "astype") and hasattr(value, "tobytes") and value.dtype.kind in "biuf"
    return value if is_array else _listed(value)


def _listed(value):
    return value.tolist() if hasattr(value, "tolist") else list(value)


def _plain_row(row):
    plain = _listed(row) if hasattr(row, "tolist") or hasattr(row, "__len__") else row
    return [_plain(each) for each in plain] if isinstance(plain, list) else _plain(plain)


def _shape_of(rows, where):
    lengths = [len(row) if isinstance(row, list) else None for row in rows]
    for at, length in enumerate(lengths):
        if length != lengths[0]:
            raise ValueError("%s: row %d has not as many values as the first" % (where, at + 1))
    return (len(rows),) if not rows or lengths[0] is None else (len(rows), lengths[0])


def _kind_of(values):
    kinds = {"U" if isinstance(value, str) else "i" if isinstance(value, int) else "f" for value in values}
    return max(kinds, key="ifU".index, default="i")


def _plain(value):
    """What JSON has for a value: numbers of NumPy and PyTorch become Python's; what it does not have becomes a text."""
    value = value.tolist() if hasattr(value, "tolist") else value
    try:
        json.dumps(value)
        return value
    except (TypeError, ValueError):
        return str(value)


def _written(values):
    return "  ".join("%s %s" % (name, "%.4f" % value if isinstance(value, float) else value) for name, value in values.items())


def _is_number(name):
    try:
        return float(name) is not None
    except ValueError:
        return False


def _is_finite(value):
    return isinstance(value, (int, float)) and abs(value) < float("inf")


def _name_of(index, classes, where):
    if 0 <= index < len(classes):
        return classes[int(index)]
    raise ValueError("%s: %r is no index of %d classes" % (where, index, len(classes)))


def _indices(classes, names):
    plain = [_plain(each) for each in classes]
    return [names.index(each) if each in names else each for each in plain]


def _scores(truth, found, classes):
    f1 = []
    for label in range(classes) if classes > 0 else set(truth) | set(found):
        either = truth.count(label) + found.count(label)
        f1.append(2 * sum(t == p == label for t, p in zip(truth, found)) / either if either else 0.0)
    accuracy = sum(t == p for t, p in zip(truth, found)) / max(1, len(truth))
    return {"accuracy": accuracy, "macro_f1": sum(f1) / max(1, len(f1))}
