// Random sweeps that are changed between launches: node test/endurance/histories.mjs [sweeps] [first seed] (build first).
// Whatever a sweep was before, and however a launch of it ended, its last spec gives the results and the ranking that it gives in an
// empty database.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawing, specOf, tableText } from './random-sweep.mjs';
import { focalsweep } from './sweep-under-test.mjs';

const SWEEPS = Number(process.argv[2] ?? 20);
const FIRST = Number(process.argv[3] ?? 1);
/** What a change takes from another random spec of the same table. */
const CHANGES = [
  ['metric', 'costs'],
  ['choose'],
  ['stop'],
  ['equivalent'],
  ['seeds'],
  ['parameters', 'spaces', 'model', 'train', 'method', 'trials', 'engine'],
  ['method', 'trials'],
  ['where'],
  ['keep'],
  ['store_logits'],
  ['name'],
];
/** Trained, failed in part, or stopped by a deadline. */
const LAUNCHED = [0, 3, 75];

/** Another spec of the same table: the first one with some settings of the second, or an axis with fewer values. */
function changed(spec, other, { chance, some }) {
  const result = { ...spec };
  for (const key of some(CHANGES, 3).flat()) {
    delete result[key];
    if (other[key] !== undefined) result[key] = other[key];
  }
  if (result.parameters !== undefined && chance(0.5)) {
    result.parameters = Object.fromEntries(
      Object.entries(result.parameters).map(([knob, axis]) => [
        knob,
        axis.values === undefined ? axis : { values: some(axis.values) },
      ]),
    );
  }
  return result;
}

/** What must be the same, whatever came before; logits and models may have gone with earlier launches, and what is read from them. */
function answer({ sweep, headline, ...report }) {
  const { environment: _, ...summary } = sweep;
  const { after_training: __, ...sentences } = headline ?? {};
  const onRows = ({ ensemble: ___, ...estimates }) => estimates;
  const choices = report.choices.map(({ after_training: ____, test, ...choice }) => ({
    ...choice,
    test: test && onRows(test),
  }));
  const { dataset, best, baseline, race, contrasts, configurations, test } = report;
  const { classes, curves, recalls, confusions } = report;
  return {
    ...{ summary, dataset, sentences, best, baseline, race, contrasts, configurations, choices },
    ...{ tested: test.map(onRows), classes, curves, recalls, confusions },
  };
}

/** The first place in which two values differ. */
function difference(a, b, path = '') {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return Object.is(a, b) ? undefined : `${path}: ${JSON.stringify(a)} / ${JSON.stringify(b)}`;
  }
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const found = difference(a[key], b[key], `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

let problems = 0;
let [launches, compared] = [0, 0];

function hunt(seed) {
  const draw = drawing(seed);
  const { text, classes } = tableText(draw);
  const folder = mkdtempSync(join(tmpdir(), 'focalsweep-histories-'));
  const history = [];
  let isWrong = false;
  const complain = (what) => {
    problems++;
    isWrong = true;
    console.log(`seed ${seed}: ${what}\n  ${folder}\n${history.map((step) => `  ${step}`).join('\n')}`);
  };
  const run = (args, db) => focalsweep([...args, '--db', db], { cwd: folder });
  const launch = (spec, db, more = []) => {
    launches++;
    writeFileSync(join(folder, 'spec.yaml'), JSON.stringify(spec));
    history.push(`${db} ${more.join(' ')} ${JSON.stringify(spec)}`);
    const { status, stderr } = run(['launch', 'spec.yaml', ...more], db);
    if (!LAUNCHED.includes(status)) complain(`launch ended with ${status}: ${stderr.trim().slice(-600)}`);
  };
  const tend = (args) => {
    history.push(args.join(' '));
    const { status, stderr } = run(args, 'used.db');
    if (status !== 0) complain(`ended with ${status}: ${stderr}`);
  };
  const isValid = (spec) => {
    writeFileSync(join(folder, 'spec.yaml'), JSON.stringify(spec));
    return run(['plan', 'spec.yaml'], 'none.db').status === 0;
  };
  writeFileSync(join(folder, 'table.csv'), text);
  const { budget: _, ...first } = specOf(draw, classes);
  const specs = [first];
  for (let tries = 0; specs.length < 3 && tries < 12; tries++) {
    const { budget: __, ...other } = specOf(draw, classes);
    const next = changed(specs.at(-1), other, draw);
    if (isValid(next)) specs.push(next);
  }
  if (isValid(first)) {
    for (const spec of specs.slice(0, -1)) {
      const cut = draw.pick([[], [], ['--budget', '3runs'], ['--deadline', '2s'], ['--workers', '1']]);
      launch(spec, 'used.db', cut);
      const care = draw.pick([
        [],
        [],
        ['delete', spec.name, '--yes'],
        ['rename', spec.name, `before ${history.length}`],
      ]);
      if (care.length > 0) tend(care);
    }
    const last = specs.at(-1);
    for (const db of ['used.db', 'fresh.db']) launch(last, db);
    const print = (db) => run(['fingerprint', last.name], db).stdout;
    if (last.stop === undefined && print('used.db') !== print('fresh.db')) complain('other results');
    const report = (db) => run(['report', last.name, '--format', 'json'], db);
    const [used, fresh] = ['used.db', 'fresh.db'].map(report);
    if (used.status !== 0 || fresh.status !== 0) complain(`report: ${used.stderr} ${fresh.stderr}`);
    else {
      compared++;
      // What a stopper drops stays in the ranking if an earlier launch has trained it.
      const compare = last.stop === undefined ? answer : ({ race }) => race?.rungs;
      const found = difference(compare(JSON.parse(used.stdout)), compare(JSON.parse(fresh.stdout)));
      if (found !== undefined) complain(`another report: ${found}`);
    }
    const checked = run(['check'], 'used.db');
    if (checked.status !== 0) complain(`check: ${checked.stdout}${checked.stderr}`);
  }
  if (!isWrong) rmSync(folder, { recursive: true, force: true });
}

for (let seed = FIRST; seed < FIRST + SWEEPS; seed++) hunt(seed);
console.log(`${compared} sweeps compared after ${launches} launches, ${problems} problems`);
if (problems > 0) process.exitCode = 1;
