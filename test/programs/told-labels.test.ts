// Sweeps without `data:`: the first run tells the true labels, and every later one must tell the same.
import { describe, expect, it } from 'vitest';
import { type SweepFolder, sweepFolder, until } from './sweep-folder.js';

function toldSweep(kinds: string, more = ''): SweepFolder {
  const folder = sweepFolder('told.mjs');
  writeSpec(folder, kinds, more);
  return folder;
}

function writeSpec(folder: SweepFolder, kinds: string, more = ''): void {
  folder.write(
    's.yaml',
    `name: told
seeds: 1
retries: 0
parameters: {kind: {values: [${kinds}]}}
train: {command: [node, told.mjs, "\${kind}"], workers: 1}
${more}`,
  );
}

/** What each program did, without the ids of runs. */
function did(folder: SweepFolder): readonly string[] {
  return folder.lines('log.txt').map((line) => line.replace(/^\S+ /, ''));
}

describe('a sweep without data', () => {
  it('has the labels of its first run, refuses others by name, and trains nothing again', () => {
    const folder = toldSweep('labels, other, more, new-class, metrics, labels-too');
    const { status, stderr } = folder.focalsweep('launch', 's.yaml');
    expect(status).toBe(1);
    expect(stderr).toContain('Without `data:`, the first run tells the true labels');
    const errors = folder.query('kind,state,error').map(({ kind, state, error }) => [kind, state, error]);
    const told = 'the first run of the sweep told';
    expect(errors).toEqual([
      ['labels', 'complete', null],
      ['other', 'failed', expect.stringContaining(`validation.labels: row 7 is "bad", and ${told} "ok"`)],
      ['more', 'failed', expect.stringContaining(`validation.labels: there are 41, and ${told} 40`)],
      ['new-class', 'failed', expect.stringContaining('the class "worse" is new')],
      ['metrics', 'failed', expect.stringContaining(`it has metrics alone, and ${told} predictions`)],
      ['labels-too', 'complete', null],
    ]);
    expect(errors[1]?.[2]).toContain('. All runs of a sweep predict the same rows in the same order');
    const programs = did(folder);
    expect(programs).toEqual(
      ['labels', 'other', 'more', 'new-class', 'metrics', 'labels-too'].map((kind) => `${kind} begins`),
    );
    folder.focalsweep('launch', 's.yaml');
    expect(did(folder)).toEqual(programs);
  });

  it('has shards, each of which asks the first run for the labels and records its own runs alone', () => {
    const folder = toldSweep('labels, labels-too');
    for (const shard of ['1/2', '2/2']) {
      expect(folder.focalsweep('launch', 's.yaml', '--shard', shard).status).toBe(0);
    }
    const files = [1, 2].map((index) => `results/told.shard-${index}-of-2.db`);
    expect(did(folder)).toEqual(['labels begins', 'labels begins', 'labels-too begins']);
    expect(folder.focalsweep('merge', ...files).status).toBe(0);
    folder.focalsweep('launch', 's.yaml', '--db', 'whole.db');
    const whole = folder.focalsweep('fingerprint', '--db', 'whole.db').stdout;
    expect(folder.focalsweep('fingerprint').stdout).toBe(whole);
    for (const file of files) {
      expect(folder.focalsweep('check', '--db', file).stdout).toMatch(/1 result, no problem/);
    }
  });

  it('of which the first run tells metrics alone takes nothing else', () => {
    const folder = toldSweep('metrics, labels, other-metrics');
    expect(folder.focalsweep('launch', 's.yaml').status).toBe(1);
    expect(folder.query('kind,state,macro_f1,rare_recall,accuracy')).toEqual([
      { kind: 'metrics', state: 'complete', macro_f1: 0.5, rare_recall: 0.25, accuracy: null },
      expect.objectContaining({ kind: 'labels', state: 'failed' }),
      { kind: 'other-metrics', state: 'complete', macro_f1: 0.75, rare_recall: 0.5, accuracy: null },
    ]);
    const [error] = folder.sql("SELECT error FROM runs_wide WHERE state = 'failed'");
    expect(error).toContain('it has predictions, and the first run of the sweep told metrics alone');
    expect(folder.focalsweep('report', 'told').stdout).toContain('The program tells metrics alone');
  });

  it('that fails in its first run takes the labels of the next configuration', () => {
    const folder = toldSweep('fails, labels');
    expect(folder.focalsweep('launch', 's.yaml').status).toBe(1);
    expect(folder.query('kind,state')).toEqual([
      { kind: 'fails', state: 'failed' },
      { kind: 'labels', state: 'complete' },
    ]);
  });

  it('whose programs all fail says why, and records nothing', () => {
    const folder = toldSweep('fails');
    const { status, stderr } = folder.focalsweep('launch', 's.yaml');
    expect(status).toBe(2);
    expect(stderr).toContain(
      'the first run failed, so the true labels are not known: the program exited with code 1',
    );
    expect(stderr).toContain('no such file: data.parquet');
    expect(stderr).toContain('fix: Mend the program, or give the table as `data:`.');
    // Mended, it goes on as if nothing had been.
    writeSpec(folder, 'labels');
    expect(folder.focalsweep('launch', 's.yaml').status).toBe(0);
  });

  it.skipIf(process.platform === 'win32').each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('waits for its first run after %s, which goes on in the next launch', async (signal, code) => {
    const folder = toldSweep('slow, labels');
    const launch = folder.launch('s.yaml');
    await until(() => did(folder).includes('slow waits'));
    launch.send(signal);
    expect(await launch.ended).toBe(code);
    expect(launch.stderr()).toContain('stopped before the first run had told its labels');
    expect(did(folder)).toEqual(['slow begins', 'slow waits', 'slow saved']);
    expect(folder.focalsweep('launch', 's.yaml').status).toBe(0);
    expect(did(folder).slice(3)).toEqual(['slow begins again', 'labels begins']);
  });

  it('of two programs holds both to the labels of the first', () => {
    const spaces = `spaces:
  - {name: one, parameters: {kind: {values: [labels]}}}
  - {name: two, parameters: {kind: {values: [labels-too, other]}}, train: {command: [node, told.mjs, "\${kind}", two]}}
`;
    const folder = toldSweep('labels', spaces);
    expect(folder.focalsweep('launch', 's.yaml').status).toBe(1);
    expect(folder.query('space,kind,state')).toEqual([
      { space: 'one', kind: 'labels', state: 'complete' },
      { space: 'two', kind: 'labels-too', state: 'complete' },
      { space: 'two', kind: 'other', state: 'failed' },
    ]);
    expect(folder.focalsweep('report', 'told').stdout).toContain('Space by space');
  });
});
