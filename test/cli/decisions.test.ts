// `--decide` of predict and export as people call it: these tests run what `npm test` has built.
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClassDecision } from '../../src/model/model.js';
import type { RawRow } from '../../src/model/preparation.js';
import { randomStream } from '../../src/random.js';
import { openStore } from '../../src/store/open-store.js';
import { LOGIT_STEPS } from '../../src/sweep.js';
import { runOnnx } from '../export/onnx-session.js';
import { runTfjs } from '../export/tfjs-session.js';
import { referenceClass } from '../model/any-decision.js';
import { changeRaw } from '../store/raw-changes.js';

const main = fileURLToPath(new URL('../../dist/bundle/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'focalsweep-decisions-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function focalsweep(...args: readonly string[]): SpawnSyncReturns<string> {
  const own = args.includes('--db') ? args : [...args, '--db', 'd.db'];
  return spawnSync(process.execPath, [main, ...own], { cwd: folder, encoding: 'utf8' });
}

const stream = randomStream(5, 'synthetic');

/** Rows of the first classes: two numbers and a text that lie apart by class, not far. */
function table(rows: number, classNames: readonly string[]): string {
  const line = () => {
    const draw = stream.uniform();
    const cls = draw < 0.75 ? 0 : draw < 0.92 ? 1 : classNames.length - 1;
    const numbers = [stream.normal() + 1.3 * cls, stream.normal() - 0.8 * cls];
    return [...numbers, stream.uniform() < 0.2 + 0.3 * cls ? 'udp' : 'tcp', classNames[cls]].join(',');
  };
  return ['a,b,kind,family', ...Array.from({ length: rows }, line), ''].join('\n');
}

const CLASSES = { two: ['benign', 'attack'], three: ['web', 'mail', 'dns, udp'], own: ['benign', 'attack'] };
const quoted = (names: readonly string[]) => names.map((name) => (name.includes(',') ? `"${name}"` : name));
const MORE = {
  two: 'costs: {attack: {benign: 8}}\n',
  three: 'parameters: {alpha: {values: [1, balanced]}}\nkeep: all\nstore_logits: true\n',
  own: '',
};

beforeAll(() => {
  for (const [name, classNames] of Object.entries(CLASSES)) {
    writeFileSync(join(folder, `${name}.csv`), table(900, quoted(classNames)));
    writeFileSync(join(folder, `${name}-test.csv`), table(300, quoted(classNames)));
    const split = `test: ${name}-test.csv${name === 'own' ? ', reshuffle: true' : ''}`;
    const data = `data: {source: ${name}.csv, label: family, split: {${split}}}`;
    const spec = `name: ${name}\nseeds: 3\n${MORE[name as keyof typeof MORE]}${data}
model: {hidden: [6]}\ntrain: {epochs: 5, patience: 0, learning_rate: 0.02}\n`;
    writeFileSync(join(folder, `${name}.yaml`), spec);
    const { status, stderr } = focalsweep('launch', `${name}.yaml`);
    expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
  }
});

/** What models of sweeps, which stay as they are, have answered. */
const answers = new Map<string, readonly Predicted[]>();

/** Predicted class and probabilities of every row. */
function predicted(model: string, rows: string, ...more: readonly string[]): readonly Predicted[] {
  const question = [model, rows, ...more].join('\n');
  const known = answers.get(question);
  if (known !== undefined) return known;
  const { status, stdout, stderr } = focalsweep(
    ...['predict', model, rows, '--probabilities', '--format', 'ndjson', ...more],
  );
  expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
  const lines = stdout.trim().split('\n');
  const answer = lines.map((line) => JSON.parse(line) as Predicted);
  if (model.includes('#')) answers.set(question, answer);
  return answer;
}

interface Predicted {
  readonly prediction: string;
  readonly probability: number;
  readonly probabilities: Readonly<Record<string, number>>;
}

function exported(source: string, to: string, out: string, ...more: readonly string[]): string {
  const { status, stderr } = focalsweep('export', source, '--to', to, '--out', out, '--force', ...more);
  expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
  return join(folder, out);
}

function decisionOf(source: string, name: string): ClassDecision {
  return JSON.parse(readFileSync(exported(source, 'json', 'd.json', '--decide', name), 'utf8')).decision;
}

const CASES: readonly (readonly [model: string, decision: string])[] = [
  ['two#1', 'class offsets'],
  ['two#1', 'least cost'],
  ['two#1', 'precision=0.5'],
  ['three#1', 'prior correction'],
  ['three#2', 'logit adjustment'],
  ['three#1', 'fpr=0.05 of dns, udp'],
  ['own#1', 'fpr=0.05'],
  ['two#1', 'rare classes=3'],
  ['three#1', 'rare classes=2.5'],
];

describe.each(CASES)('%s by %s', (model, name) => {
  const sweep = model.split('#')[0] as keyof typeof CLASSES;
  const classNames = CLASSES[sweep];
  const rows = `${sweep}-test.csv`;

  it('gives other classes by plain arithmetic on the same probabilities', () => {
    const decision = decisionOf(model, name);
    expect(decision.name).toBe(name);
    const [plain, decided] = [predicted(model, rows), predicted(model, rows, '--decide', name)];
    expect(decided.map((row) => row.probabilities)).toEqual(plain.map((row) => row.probabilities));
    expect(decided.map((row) => row.prediction)).not.toEqual(plain.map((row) => row.prediction));
    for (const { prediction, probability, probabilities } of decided) {
      expect(probability).toBe(probabilities[prediction]);
      const shares = classNames.map((own) => probabilities[own] as number);
      expect([null, classNames.indexOf(prediction)]).toContain(referenceClass(decision, shares));
    }
  });

  it('gives the same classes from a model file, by ONNX Runtime and by TensorFlow.js', async () => {
    const classes = predicted(model, rows, '--decide', name).map((row) => row.prediction);
    exported(model, 'safetensors', 'd.safetensors', '--decide', name);
    expect(predicted('d.safetensors', rows).map((row) => row.prediction)).toEqual(classes);
    expect(predicted('d.safetensors', rows, '--decide', 'none')).toEqual(predicted(model, rows));
    const onnx = readFileSync(exported('d.safetensors', 'onnx', 'd.onnx'));
    expect((await runOnnx(onnx, rawRows(rows))).labels).toEqual(classes);
    const tfjs = exported(model, 'tfjs', 'd-tfjs', '--decide', name);
    const files = ['model.json', 'weights.bin'].map((file) => ({
      name: file,
      bytes: readFileSync(join(tfjs, file)),
    }));
    const { labels } = await runTfjs(files, rawRows(rows));
    expect(labels.map((cls) => classNames[cls])).toEqual(classes);
  });
});

function rawRows(file: string): readonly RawRow[] {
  const lines = readFileSync(join(folder, file), 'utf8').trim().split('\n').slice(1);
  return lines.map((line) => {
    const [a, b, kind = ''] = line.split(',');
    return { a: Number(a), b: Number(b), kind };
  });
}

/** Of the best configuration, per seed: labels of validation rows, and the probability of each class. */
async function validation(sweep: string) {
  const reader = await openStore(join(folder, 'd.db')).reader();
  const { dataset } = await reader.sweep(sweep);
  const { rows } = await reader.sql(
    `SELECT trial FROM leaderboard WHERE sweep = '${sweep}' AND rank = 1`,
    9999,
  );
  const runs = (await reader.runs(sweep)).filter(({ trialId }) => trialId === rows[0]?.[0]);
  const parts = [];
  for (const { runId, seed } of runs) {
    const logits = (await reader.logits(runId, 'validation')) ?? new Uint16Array();
    const own = dataset.validationRows?.get(seed) ?? dataset.validationLabels.keys();
    const labels = [...own].map((row) => dataset.validationLabels[row] as number);
    const classes = dataset.classNames.length;
    const probabilities = labels.map((_, row) => {
      const powers = [...logits.subarray(row * classes, (row + 1) * classes)].map((steps) =>
        Math.exp(-steps / LOGIT_STEPS),
      );
      return powers.map((power) => power / powers.reduce((sum, value) => sum + value, 0));
    });
    parts.push({ labels, probabilities });
  }
  await reader.close();
  expect(parts).toHaveLength(3);
  return parts;
}

/** Share of the rows of another class that reach the threshold, and of those of the class. */
function shares(rows: readonly { readonly label: number; readonly own: number }[], threshold: number) {
  const of = (isOwn: boolean) => {
    const all = rows.filter(({ label }) => (label === 1) === isOwn);
    return all.filter(({ own }) => own >= threshold).length / all.length;
  };
  return { fpr: of(false), recall: of(true) };
}

describe('a threshold', () => {
  const limit = 0.1;
  /** Stored logits are rounded. */
  const near = 1e-3;

  it('is that of the most recall on the mean probabilities of seeds that share rows', async () => {
    const [first, ...others] = await validation('two');
    const rows = (first?.labels ?? []).map((label, row) => ({
      label,
      own:
        [first, ...others].reduce((sum, part) => sum + (part?.probabilities[row]?.[1] ?? Number.NaN), 0) / 3,
    }));
    expectMostRecall(rows, decisionOf('two#1', `fpr=${limit}`));
  });

  it('of a run is that which the report has a mean of', () => {
    const report = JSON.parse(focalsweep('report', 'two', '--format', 'json').stdout) as {
      readonly thresholds: readonly {
        readonly trial_id: string;
        readonly limit: string;
        readonly threshold: number;
      }[];
    };
    const [first] = report.thresholds;
    const { stdout } = focalsweep('query', 'two', '--columns', 'run,trial', '--format', 'json');
    const runs = (JSON.parse(stdout) as { run: string; trial: string }[])
      .filter(({ trial }) => first?.trial_id.startsWith(trial))
      .map(({ run }) => run);
    expect(runs).toHaveLength(3);
    const own = runs.map((run) => {
      const decision = decisionOf(run, 'fpr');
      return decision.kind === 'threshold' ? decision.threshold : Number.NaN;
    });
    const shown = report.thresholds.find(({ limit: of }) => of === 'fpr')?.threshold;
    expect(own.reduce((sum, threshold) => sum + threshold, 0) / 3).toBeCloseTo(shown ?? Number.NaN, 9);
  });

  it('is that of the most recall on the rows of all seeds where each has its own', async () => {
    const rows = (await validation('own')).flatMap(({ labels, probabilities }) =>
      labels.map((label, row) => ({ label, own: probabilities[row]?.[1] ?? Number.NaN })),
    );
    expectMostRecall(rows, decisionOf('own#1', `fpr=${limit}`));
  });

  function expectMostRecall(rows: readonly { label: number; own: number }[], decision: ClassDecision): void {
    expect(decision).toMatchObject({ kind: 'threshold', classIndex: 1 });
    const { threshold } = decision as ClassDecision & { readonly kind: 'threshold' };
    expect(shares(rows, threshold + near).fpr).toBeLessThanOrEqual(limit);
    const below = rows
      .filter(({ label, own }) => label === 1 && own < threshold - near)
      .map(({ own }) => own);
    expect(shares(rows, Math.max(...below)).fpr).toBeGreaterThan(limit);
  }
});

it('scores labelled rows with the decision', () => {
  const recall = (...more: readonly string[]) => {
    const { stdout } = focalsweep(
      ...['predict', 'two#1', 'two-test.csv', '--labels', 'family', '--out', 'o.csv', ...more],
    );
    const classes = readFileSync(join(folder, 'o.csv'), 'utf8').trim().split('\n').slice(1);
    const labels = readFileSync(join(folder, 'two-test.csv'), 'utf8').trim().split('\n').slice(1);
    const own = labels.flatMap((line, row) => (line.endsWith('attack') ? [classes[row] ?? ''] : []));
    const found = own.filter((line) => line.startsWith('attack')).length / own.length;
    expect(Number(/^rare_recall +(\S+)$/m.exec(stdout)?.[1])).toBeCloseTo(found, 4);
    return found;
  };
  expect(recall('--decide', 'least cost')).toBeGreaterThan(recall() + 0.1);
});

it('is said on stderr, in the card and in the metadata of ONNX', () => {
  const { stderr } = focalsweep('predict', 'two#1', 'two-test.csv', '--decide', 'class offsets');
  expect(stderr).toContain(
    'note: Classes are decided by class offsets; probabilities are those of the model.',
  );
  const onnx = exported('three#1', 'onnx', 'card.onnx', '--decide', 'fpr=0.05 of dns, udp');
  const card = readFileSync(`${onnx}.md`, 'utf8');
  expect(card).toMatch(
    /Decision: fpr=0\.05 of dns, udp\. It answers with "dns, udp" where its probability is at least 0\.\d+,/,
  );
  expect(readFileSync(onnx, 'utf8')).toContain('"kind":"threshold"');
});

it.each<[readonly string[], RegExp]>([
  [
    ['predict', 'two#1', 'two-test.csv', '--decide', 'class offset'],
    /there is no decision "class offset" for this configuration\. Did you mean "class offsets"\?\n {2}fix: The decisions are none, "logit adjustment", "class offsets", "least cost", "rare classes=5", precision=0\.9, fpr=0\.01\.\n/,
  ],
  [['predict', 'own#1', 'own-test.csv', '--decide', 'least cost'], /no decision "least cost"/],
  [['predict', 'two#1', 'two-test.csv', '--decide', 'temperature'], /changes probabilities and no class/],
  [['predict', 'two#1', 'two-test.csv', '--decide', 'fpr=5'], /5 is above 1/],
  [['predict', 'two#1', 'two-test.csv', '--decide', 'rare classes=0'], /Did you mean "rare classes=5"\?/],
  [
    ['predict', 'three#1', 'three-test.csv', '--decide', 'fpr'],
    /no decision "fpr".*\n.*"fpr=0\.01 of dns, udp"/,
  ],
  [['export', 'two', '--runs', '--out', 'x', '--decide', 'fpr'], /recorded with the most probable class/],
])('%j is refused', (args, message) => {
  const { status, stderr } = focalsweep(...args);
  expect([status, stderr]).toEqual([2, expect.stringMatching(message)]);
});

it('is refused for a model file that has another, and where logits are not there', () => {
  exported('two#1', 'safetensors', 'own.safetensors', '--decide', 'fpr=0.1');
  const other = focalsweep('predict', 'own.safetensors', 'two-test.csv', '--decide', 'fpr');
  expect([other.status, other.stderr]).toEqual([
    2,
    expect.stringContaining('own.safetensors: a model file cannot find the decision "fpr"'),
  ]);
  copyFileSync(join(folder, 'd.db'), join(folder, 'bare.db'));
  changeRaw(join(folder, 'bare.db'), 'DELETE FROM logits');
  const bare = focalsweep('predict', 'two#1', 'two-test.csv', '--decide', 'fpr', '--db', 'bare.db');
  expect([bare.status, bare.stderr]).toEqual([
    2,
    expect.stringMatching(
      /sweep two: the logits of its validation rows were not kept.*\n {2}fix: .*store_logits: true/,
    ),
  ]);
  // A factor of rare classes is found on no rows.
  const factor = ['predict', 'two#1', 'two-test.csv', '--decide', 'rare classes=3'];
  const [without, whole] = [focalsweep(...factor, '--db', 'bare.db'), focalsweep(...factor)];
  expect([without.status, without.stdout]).toEqual([0, whole.stdout]);
});
