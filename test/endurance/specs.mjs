// Random sweeps through every command: node test/endurance/specs.mjs [sweeps] [first seed] (build first).
// Whatever a valid spec says, no command crashes, prints what is no figure, or writes JSON that is none; a second launch trains nothing;
// what `suggest` writes can be planned. What is refused says how to fix it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KEPT_METRICS } from '../../dist/metric.js';
import { randomStream } from '../../dist/random.js';
import { focalsweep } from './sweep-under-test.mjs';

const SWEEPS = Number(process.argv[2] ?? 20);
const FIRST = Number(process.argv[3] ?? 1);

/** Draws from a stream of its own for each seed. */
function drawing(seed) {
  const stream = randomStream(seed, 'synthetic', 9);
  const chance = (share) => stream.uniform() < share;
  const pick = (list) => list[Math.floor(stream.uniform() * list.length)];
  const some = (list, most = list.length) => {
    const order = list.map((value) => [stream.uniform(), value]).sort((a, b) => a[0] - b[0]);
    return order
      .slice(0, 1 + Math.floor(stream.uniform() * Math.min(most, list.length)))
      .map(([, value]) => value);
  };
  return { stream, chance, pick, some };
}

const CLASSES = ['benign', 'Emotet', 'Sality, rare', '0', 'ünï "q"', 'x=1'];

/** A table with a bit of everything, as CSV. */
function tableText({ stream, chance, pick }) {
  const classes = CLASSES.slice(0, pick([2, 3, 4, 6]));
  const rows = pick([120, 300, 700]);
  const quoted = (text) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = ['size,rate,proto,gap,host,when,family'];
  for (let row = 0; row < rows; row++) {
    const cls =
      row < 12 * classes.length ? row % classes.length : Math.floor(stream.uniform() ** 2 * classes.length);
    const value = (shift) => (shift * cls + stream.normal()).toFixed(3);
    const gap = chance(0.2) ? '' : value(0.3);
    const proto = chance(0.1) ? '?' : pick(['tcp', 'udp', cls % 2 === 0 ? 'icmp' : 'gre']);
    const host = `h${Math.floor(stream.uniform() * 40)}`;
    lines.push(
      [value(0.8), value(-0.5), proto, gap, host, 1_700_000_000 + 60 * row, quoted(classes[cls])].join(),
    );
  }
  return { text: `${lines.join('\n')}\n`, classes };
}

const LOSSES = {
  alpha: [1, 'balanced', { effective_number: 0.99 }, 0.5],
  gamma: [0, 0.5, 2],
  logit_adjustment: [0, 1],
};
const MODELS = {
  mlp: {
    ...LOSSES,
    learning_rate: [0.01, 0.003, 30],
    hidden: [[8], [], [8, 8]],
    optimizer: ['adam', 'sgd'],
    dropout: [0, 0.3],
    mixup: [0, 0.2],
    sampler: ['shuffle', 'weighted'],
    epochs: [2, 5, 9],
    batch_size: [16, 64],
    loss: ['focal', 'ldam', 'poly1'],
    select: ['best', 'last'],
    normalize: ['zscore', 'robust', 'none'],
    residual: [false, true],
  },
  trees: {
    ...LOSSES,
    learning_rate: [0.1, 0.3],
    max_leaves: [3, 7],
    min_leaf_rows: [1, 5],
    epochs: [3, 8],
    multi_output: [false, true],
    encode_categories: ['native', 'one_hot'],
    row_share: [1, 0.7],
  },
};
/** One model with its axes. */
function spaceOf({ chance, pick, some }, type, isDrawn) {
  const knobs = MODELS[type];
  const axes = {};
  for (const knob of some(Object.keys(knobs), 3)) {
    const isRange = isDrawn && knob === 'learning_rate' && chance(0.6);
    axes[knob] = isRange
      ? { distribution: 'log_uniform_values', min: 0.001, max: 0.3 }
      : { values: some(knobs[knob], 3) };
  }
  const train = {
    epochs: pick([3, 6]),
    learning_rate: pick([0.1, 0.01]),
    ...(chance(0.3) && { patience: pick([0, 1]) }),
  };
  for (const knob of Object.keys(axes)) delete train[knob];
  return {
    model: { type, ...(type === 'mlp' && !('hidden' in axes) && { hidden: [8] }) },
    train,
    parameters: axes,
  };
}

function splitOf({ chance, pick }) {
  return pick([
    {},
    {},
    { split: { validation: 0.25, test: 0.25, seed: pick([0, 3]) } },
    { split: { validation: 0.25, test: 0.25, reshuffle: true } },
    { split: { folds: 3, test: 0.2, ...(chance(0.3) && { repeats: 2 }) } },
    { split: { validation: 0.25, test: 0.25, group: 'host' } },
    { split: { validation: 0.25, test: 0.25, time: 'when' } },
  ]);
}

function specOf(draw, classes) {
  const { chance, pick, some } = draw;
  const method = pick(['grid', 'grid', 'random', 'sobol', 'tpe', 'nsga2']);
  const isDrawn = method !== 'grid';
  const isBoth = chance(0.25);
  const metric = pick([...KEPT_METRICS, 'macro_f1', 'macro_f1', 'rare_recall', 'expected_cost']);
  const costs =
    metric === 'expected_cost' || chance(0.15)
      ? { costs: Object.fromEntries(classes.map((name, at) => [name, 1 + at])) }
      : {};
  const own = isBoth
    ? { spaces: ['mlp', 'trees'].map((type) => ({ name: type, ...spaceOf(draw, type, isDrawn) })) }
    : spaceOf(draw, pick(['mlp', 'mlp', 'trees']), isDrawn);
  const split = splitOf(draw);
  return {
    name: pick(['plain', 'with space', 'ünï-1']),
    ...(isDrawn && { method, trials: pick([2, 6, 9]) }),
    metric: { name: metric },
    ...(!('folds' in (split.split ?? {})) && { seeds: pick([1, 2, 3, [7, 9]]) }),
    ...own,
    ...costs,
    ...(chance(0.3) && {
      stop: pick([
        { type: 'halving_then_racing', grace: 1 },
        { type: 'median', grace: 1 },
        { type: 'successive_halving', grace: 1 },
        { type: 'hyperband', grace: 1 },
      ]),
    }),
    ...(chance(0.2) && { budget: pick([{ runs: 5 }, { epochs: 20 }, { patience: 5 }]) }),
    ...(chance(0.2) && { where: 'gamma < 3' }),
    ...(chance(0.25) && {
      choose: [
        {
          name: 'mine',
          maximize: pick(['macro_f1', 'rare_recall', 'accuracy']),
          ...(chance(0.5) && { constraints: pick([{ accuracy: '>= 0.2' }, { macro_f1: { margin: 0.05 } }]) }),
        },
      ],
    }),
    ...(chance(0.2) && { equivalent: pick([0, 0.1]) }),
    ...(chance(0.2) && { store_logits: true }),
    ...(chance(0.3) && { keep: pick(['all', 'best', 'none']) }),
    data: {
      source: 'table.csv',
      label: 'family',
      ...split,
      ...(chance(0.4) && { rare_classes: pick([{ quantile: 0.3 }, { max_support: 200 }, some(classes, 2)]) }),
      ...(chance(0.3) && { drop: ['when'] }),
    },
    ...(chance(0.3) && own.model?.type === 'mlp' && { engine: 'native' }),
  };
}

/** Nobody should read these. */
const NO_FIGURE = /\bNaN\b|undefined|\[object |Infinity|\bnull\b/;
const CRASH = /^\s+at .*:\d+:\d+\)?$|internal error|TypeError|RangeError|ReferenceError/m;
/** All runs finished, or some failed. */
const LAUNCHED = { allowed: [0, 3] };
/** Some sweeps have no second configuration, nothing more to suggest, or a model that a format cannot hold. */
const ANSWERED = { allowed: [0, 2] };

let problems = 0;
let [trained, refused, commands] = [0, 0, 0];

/** A random sweep in a folder of its own, which stays if anything is wrong. */
class Case {
  #isWrong = false;
  #spec;

  constructor(seed) {
    const draw = drawing(seed);
    const { text, classes } = tableText(draw);
    this.seed = seed;
    this.folder = mkdtempSync(join(tmpdir(), 'focalsweep-specs-'));
    this.#spec = JSON.stringify(specOf(draw, classes));
    this.file('table.csv', text);
    this.file('spec.yaml', this.#spec);
  }

  file(name, text) {
    writeFileSync(join(this.folder, name), text);
  }

  complain(args, what) {
    problems++;
    this.#isWrong = true;
    console.log(`seed ${this.seed}: ${args.join(' ')}: ${what}\n  ${this.#spec}\n  ${this.folder}`);
  }

  /** Runs a command on a database; `says` is what it prints: words for people, JSON, or data. */
  run(args, { allowed = [0], says = 'words', db = 'results.db' } = {}) {
    commands++;
    const given = [...args, ...(args[0] === 'data' ? [] : ['--db', db])];
    const { status, signal, stdout, stderr } = focalsweep(given, { cwd: this.folder });
    const said = stderr.trim().slice(-600);
    const bad = says === 'words' ? stdout.split('\n').find((line) => NO_FIGURE.test(line)) : undefined;
    if (signal !== null || CRASH.test(stderr)) this.complain(args, `crashed: ${signal ?? ''} ${said}`);
    else if (!allowed.includes(status)) this.complain(args, `ended with ${status}: ${said}`);
    else if (bad !== undefined) this.complain(args, `printed ${bad.slice(0, 200)}`);
    if (says === 'json' && status === 0 && !isJson(stdout)) this.complain(args, 'is no JSON');
    return { status, stdout, stderr };
  }

  end() {
    if (!this.#isWrong) rmSync(this.folder, { recursive: true, force: true });
  }
}

function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Launches it, again, and anew with other threads: the same results. */
function launch(sweep) {
  const { status } = sweep.run(['launch', 'spec.yaml'], LAUNCHED);
  const results = (db) => sweep.run(['fingerprint'], { db }).stdout;
  const first = results();
  const again = sweep.run(['launch', 'spec.yaml'], LAUNCHED);
  const hasTrained = status === 0 && !/^0 trained\b/m.test(again.stderr);
  if (hasTrained || results() !== first) sweep.complain(['launch again'], again.stderr.slice(-600));
  sweep.run(['launch', 'spec.yaml', '--workers', '3'], { ...LAUNCHED, db: 'other.db' });
  if (results('other.db') !== first) sweep.complain(['launch --workers 3'], 'other results');
}

/** Asks everything that can be asked of it. */
function ask(sweep) {
  const { stdout } = sweep.run(['report', '--format', 'json'], { says: 'json' });
  for (const format of ['table', 'md']) sweep.run(['report', '--format', format]);
  sweep.run(['report', '--format', 'csv'], { says: 'data' });
  sweep.run(['report', '--format', 'html', '--out', 'page.html']);
  sweep.run(['query', '--format', 'json'], { says: 'json' });
  for (const command of ['sweeps', 'check']) sweep.run([command]);
  sweep.run(['export', '--runs', '--predictions', '--out', 'tables']);
  if (isJson(stdout) && JSON.parse(stdout).best !== null) {
    sweep.run(['show', 'best'], ANSWERED);
    sweep.run(['compare', '#1', '#2'], ANSWERED);
    sweep.run(['importance'], ANSWERED);
    sweep.run(['predict', 'best', 'table.csv', '--train', '--labels', 'family', '--out', 'p.csv'], ANSWERED);
    for (const to of ['json', 'onnx'])
      sweep.run(['export', 'best', '--train', '--to', to, '--out', `m.${to}`], ANSWERED);
  }
  const suggested = sweep.run(['suggest'], ANSWERED);
  if (suggested.status !== 0) return;
  sweep.file('next.yaml', suggested.stdout);
  sweep.run(['plan', 'next.yaml']);
}

for (let seed = FIRST; seed < FIRST + SWEEPS; seed++) {
  const sweep = new Case(seed);
  const planned = sweep.run(['plan', 'spec.yaml'], ANSWERED);
  if (planned.status === 0) {
    trained++;
    sweep.run(['data', 'spec.yaml']);
    launch(sweep);
    ask(sweep);
  } else {
    refused++;
    const [what = '', fix = ''] = planned.stderr.split('\n');
    console.log(`seed ${seed}: refused: ${what} / ${fix.trim()}`);
    if (!fix.includes('fix: ')) sweep.complain(['plan'], 'says no fix');
  }
  sweep.end();
}
console.log(`${trained} sweeps trained, ${refused} refused, ${commands} commands, ${problems} problems`);
if (problems > 0) process.exitCode = 1;
