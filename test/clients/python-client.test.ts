// The client for Python, as scripts use it: real processes and the files of the protocol.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  alone,
  CLIENT_FOLDER,
  HAS_NUMPY,
  HAS_PYTHON,
  HAS_TORCH,
  PYTHON,
  python,
  type RunFiles,
  runFiles,
  TABLE,
  withoutNumpy,
} from './python-run.js';

const main = fileURLToPath(new URL('../../dist/bundle/main.js', import.meta.url));
const note = (has: boolean, what: string): string => (has ? '' : ` (skipped: ${PYTHON} has no ${what})`);
const pythonNote = HAS_PYTHON ? '' : ` (skipped: there is no ${PYTHON} of at least 3.8)`;

/** What a script sees of a run's data, as JSON. */
const SEEN = `
run = focalsweep.start()
data = run.data
parts = {name: getattr(data, name) for name in ("train", "validation", "test")}
print(json.dumps({
  "X": {name: [[float(x) for x in row] for row in part.X] for name, part in parts.items()},
  "y": {name: [int(y) for y in part.y] for name, part in parts.items()},
  "rows": {name: [int(row) for row in part.rows] for name, part in parts.items()},
  "others": [data.classes, data.rare_classes, data.feature_names, len(data.train), type(data.train.X).__module__],
}))`;

function expectedData(home: string): unknown {
  const of = <T>(values: readonly T[]) =>
    Object.fromEntries(
      Object.entries(TABLE.rows).map(([name, rows]) => [name, rows.map((row) => values[row])]),
    );
  return {
    X: of(TABLE.features),
    y: of(TABLE.labels),
    rows: TABLE.rows,
    others: [TABLE.classes, [2], ['bytes', 'packets'], 3, home],
  };
}

/** Starts a script; `said` resolves when it has printed something. */
function started(run: RunFiles, code: string): { readonly child: ChildProcess; said: Promise<unknown> } {
  const child = spawn(PYTHON, ['-uc', `import focalsweep, os, signal, time\n${code}`], {
    env: run.environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { child, said: once(child.stdout, 'data') };
}

describe('focalsweep client', () => {
  const client = (language: string) =>
    spawnSync(process.execPath, [main, 'client', language], { encoding: 'utf8' });

  it('prints the file for Python, and nothing else', () => {
    const file = readFileSync(join(CLIENT_FOLDER, 'focalsweep.py'), 'utf8');
    expect(client('python')).toMatchObject({ status: 0, stdout: file, stderr: '' });
  });

  it('says what there is if asked for another', () => {
    const { status, stderr } = client('pyhton');
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /no client for "pyhton"\. Did you mean "python"\?\n {2}fix: There is one for python/,
    );
  });
});

describe.skipIf(!HAS_PYTHON)(`the run of a script in Python${pythonNote}`, () => {
  it('has the parameters of the spec, and defaults for the rest', () => {
    const { stdout } = runFiles({ config: { gamma: 2, alpha: { effective_number: 0.999 } } }).script(`
run = focalsweep.start({"gamma": 1, "embedding": 32})
print(run.config.gamma, run.config["gamma"], run.config.embedding, dict(run.config))
print(run.seed, run.id, run.checkpoints.is_dir(), run.deadline)`);
    expect(stdout).toBe(
      "2 2 32 {'gamma': 2, 'embedding': 32, 'alpha': {'effective_number': 0.999}}\n3 0123456789abcdef True None\n",
    );
  });

  it('names the parameters that there are where one is missing', () => {
    const { status, stderr } = runFiles({ config: { gamma: 2 } }).script(
      'focalsweep.start({"embedding": 32}).config.gama',
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /AttributeError: there is no parameter gama, .* there are: embedding, gamma\. Did you mean gamma\?/,
    );
  });

  it('has the data without NumPy', () => {
    const run = runFiles({});
    const { stdout } = run.script(SEEN, withoutNumpy(run));
    expect(JSON.parse(stdout)).toEqual(expectedData('focalsweep'));
  });

  it.skipIf(!HAS_NUMPY)(`has the same data as arrays of NumPy${note(HAS_NUMPY, 'NumPy')}`, () => {
    expect(JSON.parse(runFiles({}).script(SEEN).stdout)).toEqual(expectedData('numpy'));
  });

  it('tells epochs at once, counted from 1, with numbers that are not finite', () => {
    const { report, stderr } = runFiles({}).script(`
run = focalsweep.start()
run.epoch(train_loss=float("nan"), macro_f1=0.25, note="first")
run.epoch(epoch=5, validation_loss=float("inf"))
run.epoch(train_accuracy=True)
run.epoch(epoch=6)`);
    expect(report).toEqual([
      '{"epoch":1,"train_loss":NaN,"macro_f1":0.25,"note":"first"}',
      '{"epoch":5,"validation_loss":Infinity}',
      '{"epoch":6,"train_accuracy":true}',
    ]);
    expect(stderr).toMatch(/ValueError: epoch 6 comes after epoch 6: epochs count up/);
  });

  it.each([
    ['names', 'run.finish(["benign", "Emotet"], ["Dridex"])'],
    [
      'a mapping',
      'run.finish({"predictions": ("benign", "Emotet")}, test={"predictions": iter(["Dridex"])})',
    ],
  ])('tells predictions: %s', (_name, call) => {
    const { report, status } = runFiles({}).script(`run = focalsweep.start()\n${call}`);
    expect(status).toBe(0);
    expect(report.map((line) => JSON.parse(line))).toEqual([
      { validation: { predictions: ['benign', 'Emotet'] }, test: { predictions: ['Dridex'] } },
    ]);
  });

  it('tells where the file of its model is, as an absolute path, and refuses one that is not there', () => {
    const run = runFiles({});
    const { report, stderr } = run.script(`
import os, sys
run = focalsweep.start()
(run.checkpoints / "model.pt").write_bytes(b"weights")
told = dict(validation=["benign", "Emotet"], test=["Dridex"])
try:
    run.finish(**told, model="nowhere.pt")
except FileNotFoundError as error:
    print(error, file=sys.stderr)
os.chdir(run.checkpoints)
print(os.getcwd(), file=sys.stderr)
run.finish(**told, model="model.pt")`);
    const [refused, folder] = stderr.trim().split('\n');
    expect(refused).toMatch(/^model: there is no file \/.*nowhere\.pt$/);
    expect(report).toHaveLength(1);
    expect(JSON.parse(report[0] ?? '')).toMatchObject({ model: `${folder}/model.pt` });
  });

  it('tells probabilities, the loss, the epoch and what ended training', () => {
    const { report } = runFiles({}).script(`
run = focalsweep.start()
run.epoch()
run.finish(
  validation={"probabilities": [[0.5, 0.25, 0.25], (0, 1, 0)], "loss": 0.75},
  test={"logits": [[1, -2.5, 0]], "loss": None}, epoch=1, stopped_by="patience")`);
    expect(JSON.parse(report[1] ?? '')).toEqual({
      epoch: 1,
      stopped_by: 'patience',
      validation: {
        probabilities: [
          [0.5, 0.25, 0.25],
          [0, 1, 0],
        ],
        loss: 0.75,
      },
      test: { logits: [[1, -2.5, 0]] },
    });
  });

  it('tells labels and names of classes where the spec has no data, and metrics alone', () => {
    const { report } = runFiles({ hasData: false }).script(`
run = focalsweep.start()
print(run.data)
run.finish([1, 0, 1], [0], labels={"validation": [1, 1, 0], "test": ["no"]}, classes=("no", "yes"))`);
    expect(JSON.parse(report[0] ?? '')).toEqual({
      classes: ['no', 'yes'],
      validation: { predictions: [1, 0, 1], labels: [1, 1, 0] },
      test: { predictions: [0], labels: ['no'] },
    });
    const metrics = runFiles({ hasData: false }).script(
      'focalsweep.start().finish({"macro_f1": 0.5}, {"macro_f1": 0.25, "rare_recall": 0})',
    );
    expect(JSON.parse(metrics.report[0] ?? '')).toEqual({
      validation: { macro_f1: 0.5 },
      test: { macro_f1: 0.25, rare_recall: 0 },
    });
  });

  it('tells indices as names where classes are called by numbers', () => {
    const { report } = runFiles({ classes: ['3', '1', '2'] }).script(
      'focalsweep.start().finish([0, 1], [2])',
    );
    expect(JSON.parse(report[0] ?? '')).toEqual({
      validation: { predictions: ['3', '1'] },
      test: { predictions: ['2'] },
    });
  });

  it('writes many numbers into files beside the report, without NumPy too', () => {
    const run = runFiles({ hasData: false });
    const code = `
import array
rows = [[i, i / 2, -i] for i in range(4000)]
focalsweep.start().finish({"logits": rows}, {"predictions": array.array("i", range(12000))})`;
    const { report } = run.script(code, withoutNumpy(run));
    const { validation, test } = JSON.parse(report[0] ?? '');
    expect(validation.logits).toBe(join(run.folder, 'validation-logits.npy'));
    const logits = readFileSync(validation.logits);
    const predictions = readFileSync(test.predictions);
    expect(logits.subarray(0, 10).toString('latin1')).toBe('\x93NUMPY\x01\x00v\x00');
    expect(logits.subarray(10, 128).toString()).toMatch(
      /^\{'descr': '<f8', 'fortran_order': False, 'shape': \(4000, 3\), \} +\n$/,
    );
    expect(predictions.subarray(10, 128).toString()).toMatch(
      /^\{'descr': '<i8', .*'shape': \(12000,\), \} +\n$/,
    );
    expect([logits.length, predictions.length]).toEqual([128 + 12_000 * 8, 128 + 12_000 * 8]);
    expect(logits.readDoubleLE(128 + 8 * (3 * 3999 + 1))).toBe(1999.5);
    expect(predictions.readBigInt64LE(128 + 8 * 11_999)).toBe(11_999n);
  });

  it('writes them into a folder whose name has a percent sign', () => {
    const run = runFiles({ hasData: false, prefix: 'gamma %s 50% -' });
    const { report, stderr } = run.script('focalsweep.start().finish([0, 1] * 6000, [0])');
    expect(stderr).toBe('');
    expect(JSON.parse(report[0] ?? '')).toMatchObject({
      validation: { predictions: join(run.folder, 'validation-predictions.npy') },
    });
  });

  it.skipIf(!HAS_NUMPY)(`takes names of classes from NumPy${note(HAS_NUMPY, 'NumPy')}`, () => {
    const { report, stderr } = runFiles({ hasData: false }).script(`
import numpy
labels = {"validation": numpy.array([1]), "test": numpy.array([0])}
focalsweep.start().finish([0], [1], labels=labels, classes=numpy.array(["no", "yes"]))`);
    expect(stderr).toBe('');
    expect(JSON.parse(report[0] ?? '')).toMatchObject({ classes: ['no', 'yes'] });
  });

  it.skipIf(!HAS_TORCH)(`takes arrays of NumPy and PyTorch${note(HAS_TORCH, 'PyTorch')}`, () => {
    const run = runFiles({});
    const { report, stderr } = run.script(`
import numpy, torch
run = focalsweep.start()
run.epoch(train_loss=torch.tensor(0.5, requires_grad=True), macro_f1=numpy.float32(0.25))
run.finish({"logits": torch.ones(2, 3, dtype=torch.bfloat16, requires_grad=True)}, numpy.array(["Dridex"], dtype=object))`);
    expect(stderr).toBe('');
    expect(report.map((line) => JSON.parse(line))).toEqual([
      { epoch: 1, train_loss: 0.5, macro_f1: 0.25 },
      {
        validation: {
          logits: [
            [1, 1, 1],
            [1, 1, 1],
          ],
        },
        test: { predictions: ['Dridex'] },
      },
    ]);
    const large = runFiles({ hasData: false });
    const told = large.script(`
import numpy, torch
z = torch.arange(30000, dtype=torch.float32).reshape(3, 10000).T
focalsweep.start().finish({"logits": z}, {"logits": z.double().numpy()})
print(json.dumps([numpy.load(${JSON.stringify(join(large.folder, 'validation-logits.npy'))})[9999].tolist(),
                  str(numpy.load(${JSON.stringify(join(large.folder, 'test-logits.npy'))}).dtype)]))`);
    expect(JSON.parse(told.stdout)).toEqual([[9999, 19999, 29999], 'float64']);
  });

  it.each([
    [
      'run.finish(["benign"], ["Dridex"])',
      /predictions of validation: 1 rows are given, and the split has 2/,
    ],
    [
      'run.finish({"logits": [[1, 2], [3, 4]]}, [0])',
      /logits of validation: 2 columns are given, and there are 3/,
    ],
    ['run.finish({"logits": [[1, 2, 3], [3, 4]]}, [0])', /row 2 has not as many values as the first/],
    [
      'run.finish([[1, 2, 3], [3, 4, 5]], [0])',
      /predictions of validation: each row needs one value: say \{"logits"/,
    ],
    ['run.finish({"probabilities": [1, 0]}, [0])', /each row needs one list with a value for each class/],
    ['run.finish({"predictions": [0, 1], "macro_f1": 1}, [0])', /has outputs, .*, and also macro_f1/],
    ['run.finish({}, [0])', /validation is empty/],
    [
      'run.finish([0, 1], [0]); run.epoch()',
      /RuntimeError: run\.epoch after run\.finish, which ends the report/,
    ],
  ])('refuses %s', (call, message) => {
    const { status, stderr } = runFiles({}).script(`run = focalsweep.start()\n${call}`);
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
  });

  it('tells that it failed, and ends', () => {
    const { report, status, stderr } = runFiles({}).script(
      'focalsweep.start().fail("no such embedding", final=True)\nprint("on")',
    );
    expect(report).toEqual(['{"error":"no such embedding","final":true}']);
    expect([status, stderr]).toEqual([1, 'no such embedding\n']);
  });

  it('needs both variables', () => {
    const { stderr } = runFiles({}).script('focalsweep.start()', { FOCALSWEEP_REPORT: '' });
    expect(stderr).toMatch(/FOCALSWEEP_RUN is set and FOCALSWEEP_REPORT is not/);
  });
});

describe.skipIf(!HAS_PYTHON || process.platform === 'win32')(`a stop${pythonNote}`, () => {
  it('is told by should_stop to a script that asks', async () => {
    const { child, said } = started(
      runFiles({}),
      'run = focalsweep.start()\nprint(run.should_stop)\nwhile not run.should_stop: time.sleep(0.01)\nraise SystemExit(7)',
    );
    await said;
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([7, null]);
  });

  it.each([
    ['after the epoch at which the search judges the run', '', 3],
    ['not while it tells no metric to judge by', 'f1 = None', undefined],
    ['not with a metric that is no number', 'f1 = float("nan")', undefined],
    ['not where the epochs before are not told', 'first = 3', undefined],
    ['at once where a script goes on beyond that epoch', 'again = 4', 4],
  ])('is told by should_stop %s', (_, change, at) => {
    const { report } = runFiles({ pause: { after: 3, metric: 'macro_f1' } }).script(`
run = focalsweep.start()
first, again, f1 = 1, 0, 0.5
${change}
for epoch in range(1, again + 1): run.epoch(macro_f1=f1)
if not run.should_stop:
  for epoch in range(max(first, again + 1), 6):
    run.epoch(epoch=epoch, macro_f1=f1)
    if run.should_stop: break`);
    expect(report.at(-1)).toContain(`"epoch":${at ?? 5},`);
  });

  it('ends a script that never asks', async () => {
    const { child, said } = started(runFiles({}), 'run = focalsweep.start()\nprint()\ntime.sleep(60)');
    await said;
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([null, 'SIGTERM']);
  });

  it('still ends the children that a script forks, and its own handler is called', async () => {
    const { child } = started(
      runFiles({}),
      `
signal.signal(signal.SIGTERM, lambda *_: print("mine"))
run = focalsweep.start()
run.should_stop
ready, said = os.pipe()
pid = os.fork()
if pid == 0:
  os.write(said, b".")
  time.sleep(60)
  os._exit(0)
os.read(ready, 1)
os.kill(pid, signal.SIGTERM)
_, status = os.waitpid(pid, 0)
os.kill(os.getpid(), signal.SIGTERM)
print(os.WTERMSIG(status) == signal.SIGTERM, run.should_stop)`,
    );
    let text = '';
    child.stdout?.on('data', (chunk) => {
      text += chunk;
    });
    await once(child, 'close');
    expect(text).toBe('mine\nTrue True\n');
  });

  it('comes shortly before the deadline', () => {
    const now = Date.now() / 1000;
    const asked = (deadline: number): string =>
      runFiles({ deadline }).script('print(focalsweep.start().should_stop)').stdout;
    expect([asked(now - 1), asked(now + 3600)]).toEqual(['True\n', 'False\n']);
  });
});

describe.skipIf(!HAS_PYTHON)(`a script that runs alone${pythonNote}`, () => {
  it('has defaults, prints epochs and scores what it predicts', () => {
    const { stdout } = python(
      `
run = focalsweep.start({"gamma": 2}, seed=4)
print(run.config.gamma, run.seed, run.id, run.data, run.should_stop, run.checkpoints.is_dir())
run.epoch(train_loss=0.123456, macro_f1=1)
run.finish([0, 1, 1, 1], {"macro_f1": 0.5}, labels={"validation": [0, 1, 1, 0]})`,
      alone(),
    );
    expect(stdout).toBe(
      [
        '2 4 alone None False True',
        'epoch 1  train_loss 0.1235  macro_f1 1',
        // F1 of class 0: 2·1 / (2 + 1); of class 1: 2·2 / (2 + 3).
        `validation  4 predictions  accuracy 0.7500  macro_f1 ${((2 / 3 + 4 / 5) / 2).toFixed(4)}`,
        'test  macro_f1 0.5000\n',
      ].join('\n'),
    );
  });

  it('takes data of its own, made when they are needed', () => {
    const { stdout } = python(
      `
split = lambda: focalsweep.Split([[0.0], [1.0]], [0, 1])
def made():
  print("made")
  return focalsweep.Data(split(), split(), split(), ["a", "b"])
run = focalsweep.start(data=made)
print(len(run.data.train), run.data.train.X[1], list(run.data.test.rows))
run.finish(["a", "b"], {"logits": [[0, 1], [0, 1]]})`,
      alone(),
    );
    expect(stdout).toBe(
      [
        'made',
        '2 [1.0] [0, 1]',
        'validation  2 predictions  accuracy 1.0000  macro_f1 1.0000',
        `test  2 predictions  accuracy 0.5000  macro_f1 ${(1 / 3).toFixed(4)}\n`,
      ].join('\n'),
    );
  });

  it('ends with a message where it fails', () => {
    expect(python('focalsweep.start().fail("no data")', alone())).toMatchObject({
      status: 1,
      stderr: 'no data\n',
    });
  });
});
