// Programs of every kind in one sweep: each bad one is a failed run of its own, and nothing of it is left.
import { beforeAll, describe, expect, it } from 'vitest';
import { sweepFolder } from './sweep-folder.js';

const TIMED_OUT = 'the program took longer than its timeout of 10 s. Its last lines:\n  ';
const LAST_LINES = '. Its last lines:\n  ';
const ERRORS = {
  'never-ends': `${TIMED_OUT}never-ends begins`,
  'ignores-sigterm': `${TIMED_OUT}ignores-sigterm begins`,
  flood: `the program printed more than 256 MB${LAST_LINES}`,
  'report-flood': `the program wrote a report of more than 256 MB${LAST_LINES}report-flood begins`,
  'half-line': 'the report ends in the middle of a line: {"validation":{"predictions":[',
  nan: 'line 2 of the report: validation.probabilities: row 1 has a value that is not finite (NaN or infinite)',
  'wrong-rows': 'line 2 of the report: test.predictions: there are 23 rows, and the split has 24',
  'unknown-class': 'line 2 of the report: test.predictions: row 1 is "goood", and no class is called so.',
  'unknown-index':
    'line 2 of the report: test.predictions: row 1 is 2, and that is no index of 2 classes, 0 to 1',
  'writes-after-end': 'line 3 of the report: it comes after the result, which is in line 2',
  'two-results': 'line 3 of the report: it comes after the result, which is in line 2',
  rubbish: 'line 2 of the report: it is no JSON: "Epoch 1: loss 0.5"',
  'no-result': 'there is no result: the report has 1 line, and none has `validation` and `test`',
  'deletes-folder': 'the program removed its report, or put another file in its place',
  'empties-report': 'the program shortened its report',
  'forks-daemon': 'the program left 1 process behind (',
  'forks-many': 'the program left 4 processes behind (',
  'exits-7': `the program exited with code 7${LAST_LINES}exits-7 begins\n  Traceback: no GPU today`,
  'exits-7-after-result': `the program exited with code 7${LAST_LINES}`,
  segfault: `the program was killed by SIGSEGV${LAST_LINES}segfault begins`,
  'says-error': 'training diverged in epoch 1',
  'says-final-error': 'the learning rate is too high',
  'prints-escapes': `the program exited with code 3${LAST_LINES}prints-escapes begins\n  red\u{fffd}\n  second line`,
} as const;
const HEALTHY = ['healthy', 'healthy-again', 'healthy-too'];

describe.skipIf(process.platform !== 'linux')('hostile programs beside healthy ones (Linux only)', () => {
  const folder = sweepFolder('hostile.mjs');
  let launch: ReturnType<typeof folder.focalsweep>;
  let left: readonly string[];
  let runs: ReadonlyMap<unknown, Readonly<Record<string, unknown>>>;
  beforeAll(async () => {
    // Healthy ones first, in the middle and last.
    const [first, second, third] = HEALTHY;
    const bad = Object.keys(ERRORS);
    const values = [first, ...bad.slice(0, 8), second, ...bad.slice(8), third].join(', ');
    folder.write(
      's.yaml',
      `name: hostile
data: {source: d.csv, label: y}
seeds: 1
retries: 0
parameters: {behaviour: {values: [${values}]}}
train: {command: [node, hostile.mjs, "\${behaviour}"], timeout: 10 s, workers: 4}
`,
    );
    launch = folder.focalsweep('launch', 's.yaml');
    left = await folder.left();
    runs = new Map(folder.query('behaviour,run,state,error,macro_f1').map((run) => [run.behaviour, run]));
  });

  it('says at the end that some runs failed, and exits with 1', () => {
    expect(launch.status).toBe(1);
    expect(launch.stderr).toContain('3 trained, 23 failed');
  });

  it('leaves no process, no folder of a run, and a whole database', () => {
    expect(left).toEqual([]);
    expect(folder.sql('PRAGMA integrity_check')).toEqual(['ok']);
    expect(folder.focalsweep('check').status).toBe(0);
  });

  it('completes the healthy ones', () => {
    const complete = [...runs.values()].filter(({ state }) => state === 'complete');
    expect(complete.map(({ behaviour }) => behaviour).toSorted()).toEqual(HEALTHY);
    expect(complete.map((run) => run.macro_f1)).toEqual([1, 1, 1]);
  });

  it.each(Object.entries(ERRORS))('%s is a failed run that says why', (behaviour, error) => {
    const run = runs.get(behaviour);
    expect(run?.state).toBe('failed');
    expect(run?.error).toContain(error);
  });

  it('keeps what a failed program printed as its log', () => {
    const { stdout, status } = folder.focalsweep('show', String(runs.get('exits-7')?.run), '--log');
    expect(status).toBe(0);
    expect(stdout).toContain('exits-7 begins\nTraceback: no GPU today\n');
  });

  it('keeps the last megabyte of a flood', () => {
    const { stdout } = folder.focalsweep('show', String(runs.get('flood')?.run), '--log');
    expect(Buffer.byteLength(stdout)).toBeGreaterThan(2 ** 20 - 2 ** 16);
    expect(Buffer.byteLength(stdout)).toBeLessThan(2 ** 20 + 2 ** 16);
  });
});
