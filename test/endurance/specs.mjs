// Random sweeps through every command: node test/endurance/specs.mjs [sweeps] [first seed] (build first).
// Whatever a valid spec says, no command crashes, prints what is no figure, or writes JSON that is none; a second launch trains nothing;
// what `suggest` writes can be planned. What is refused says how to fix it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawing, specOf, tableText } from './random-sweep.mjs';
import { focalsweep } from './sweep-under-test.mjs';

const SWEEPS = Number(process.argv[2] ?? 20);
const FIRST = Number(process.argv[3] ?? 1);

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
