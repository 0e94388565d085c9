// Files with models that programs hand over: kept with their runs, checked, and given back.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { changeRaw } from '../store/raw-changes.js';
import { type SweepFolder, sweepFolder } from './sweep-folder.js';

interface Settings {
  readonly parameters: string;
  readonly seeds?: number;
  readonly keep?: string;
}

function handingSweep({ parameters, seeds = 1, keep = 'all' }: Settings): SweepFolder {
  const folder = sweepFolder('handing.mjs');
  folder.write(
    's.yaml',
    `name: handing
data: {source: d.csv, label: y}
seeds: ${seeds}
retries: 0
keep: ${keep}
parameters: {${parameters}}
train: {command: [node, handing.mjs]}
`,
  );
  return folder;
}

const fileOf = (kind: string, seed: number) => `model of ${kind} with seed ${seed}\n`.repeat(1000);

describe('a sweep whose programs hand over files', () => {
  const errors = {
    missing:
      'model, "nowhere.pt": there is no such file. Write it before the result. Relative paths start at',
    folder: 'model, "saved_model": this is not a regular file. Put several files into one',
    number: 'model: it is 7, not the path of a file. Give a path, or leave it out.',
    large:
      'model, "large.pt": the file has 257 MB, and 256 MB are the most that is kept. Save the weights alone',
  };
  let folder: SweepFolder;
  let runs: ReadonlyMap<unknown, Readonly<Record<string, unknown>>>;
  const idOf = (kind: string, column = 'run') => String(runs.get(kind)?.[column]);
  const out = (...args: readonly string[]) => {
    const { status, stderr } = folder.focalsweep('export', ...args);
    return { status, stderr };
  };

  beforeAll(() => {
    folder = handingSweep({
      parameters: `kind: {values: [none, text, absolute, ${Object.keys(errors).join(', ')}]}`,
    });
    expect(folder.focalsweep('launch', 's.yaml').status).toBe(1);
    runs = new Map(folder.query('run,trial,kind,state,error').map((run) => [run.kind, run]));
  });

  it.each(Object.entries(errors))('%s: the run fails, and says what is wrong', (kind, error) => {
    expect(runs.get(kind)).toMatchObject({ state: 'failed', error: expect.stringContaining(error) });
  });

  it.each(['text', 'absolute'])('%s: the bytes come back by the run and by its trial', (kind) => {
    for (const column of ['run', 'trial']) {
      const { status, stderr } = out(idOf(kind, column), '--out', `${kind}-${column}`);
      expect({ status, stderr }).toEqual({
        status: 0,
        stderr: `${kind === 'text' ? 'model.txt' : 'model.bin'} of seed 1 written to ${kind}-${column}\n`,
      });
      expect(folder.read(`${kind}-${column}`)).toBe(fileOf(kind, 1));
    }
  });

  it('a file that exists stays unless there is --force', () => {
    folder.write('mine', 'mine');
    expect(out(idOf('text'), '--out', 'mine')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--force'),
    });
    expect(folder.read('mine')).toBe('mine');
    expect(out(idOf('text'), '--out', 'mine', '--force').status).toBe(0);
    expect(folder.read('mine')).toBe(fileOf('text', 1));
  });

  it('a run without a file says how to hand one over', () => {
    expect(out(idOf('none'), '--out', 'none')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('no model file of it was kept'),
    });
    expect(existsSync(join(folder.path, 'none'))).toBe(false);
  });

  it('predict and formats of models say that only the program can predict', () => {
    const said = (...args: readonly string[]) => {
      const { status, stderr } = folder.focalsweep(...args);
      return [status, stderr.replaceAll(/\s+/g, ' ')];
    };
    const only = 'a program of yours trained this model, and only that program can predict with it';
    const how = `focalsweep export ${idOf('text').slice(0, 8)} --out FILE`;
    const text = expect.stringMatching(`${only}.*${how}`);
    expect(said('predict', idOf('text'), 'd.csv')).toEqual([2, text]);
    expect(said('export', idOf('text'), '--to', 'onnx', '--out', 'm.onnx')).toEqual([2, text]);
    const [status, stderr] = said('predict', idOf('none'), 'd.csv');
    expect([status, stderr]).toEqual([2, expect.stringContaining('No model file of it was kept')]);
  });

  it('`check` finds a file of which a bit is wrong, or that is of another run', () => {
    const path = join(folder.path, 'results', 'focalsweep.db');
    expect(folder.focalsweep('check').stdout).toContain('no problem');
    const [text, absolute] = [idOf('text'), idOf('absolute')];
    changeRaw(
      path,
      `UPDATE models SET file = (SELECT file FROM models WHERE run_id = '${text}') WHERE run_id = '${absolute}'`,
    );
    changeRaw(
      path,
      `UPDATE models SET file = cast(substr(file, 1, length(file) - 1) || x'ff' AS BLOB) WHERE run_id = '${text}'`,
    );
    const { status, stdout } = folder.focalsweep('check', '--repair');
    expect([status, stdout]).toEqual([0, expect.stringContaining('2 problems')]);
    for (const run of [text, absolute])
      expect(stdout).toContain(`the model of run ${run} is damaged (repaired)`);
    expect(folder.sql('SELECT count(*) FROM models')).toEqual([0]);
    expect(folder.query('state', '--where', "kind = 'text'")).toEqual([{ state: 'complete' }]);
  });
});

describe('files of several seeds', () => {
  let folder: SweepFolder;
  beforeAll(() => {
    folder = handingSweep({ parameters: 'kind: {values: [text]}', seeds: 3 });
    expect(folder.focalsweep('launch', 's.yaml').status).toBe(0);
  });

  it('are that of the best seed as a file, which is said', () => {
    const { stderr } = folder.focalsweep('export', 'best', '--out', 'best.txt');
    expect(stderr).toContain('model.txt of seed 1 written to best.txt');
    expect(stderr).toContain(
      'It is the best of 3 seeds on the validation rows; --out FOLDER/ writes a file for each.',
    );
    expect(folder.read('best.txt')).toBe(fileOf('text', 1));
  });

  it('are one for each seed in a folder', () => {
    expect(folder.focalsweep('export', 'handing#1', '--out', 'all/').stderr).toBe(
      '3 files written to all/\n',
    );
    expect(readdirSync(join(folder.path, 'all')).toSorted()).toEqual(
      [1, 2, 3].map((seed) => `seed-${seed}-model.txt`),
    );
    for (const seed of [1, 2, 3])
      expect(folder.read(`all/seed-${seed}-model.txt`)).toBe(fileOf('text', seed));
  });
});

it('what is kept changes no result, and files of beaten configurations are removed', () => {
  const parameters = 'kind: {values: [text]}, wrong: {values: [6, 0, 3, 1, 9, 2, 4]}';
  const [all, front, none] = ['all', 'front', 'none'].map((keep) => {
    const folder = handingSweep({ parameters, keep });
    expect(folder.focalsweep('launch', 's.yaml').status).toBe(0);
    return folder;
  });
  const printOf = (folder: SweepFolder | undefined) => folder?.focalsweep('fingerprint', 'handing').stdout;
  expect(printOf(front)).toBe(printOf(all));
  expect(printOf(none)).toBe(printOf(all));
  expect(all?.sql('SELECT count(*) FROM models')).toEqual([7]);
  expect(none?.sql('SELECT count(*) FROM models')).toEqual([0]);
  expect(
    front?.sql(
      "SELECT wrong FROM (SELECT json_extract(config, '$.wrong') wrong FROM models NATURAL JOIN runs NATURAL JOIN trials) ORDER BY wrong",
    ),
  ).toEqual([0, 1, 2, 3, 4]);
});

it('a program finds its run wherever the launch was started', () => {
  const folder = handingSweep({ parameters: 'kind: {values: [text, absolute]}' });
  const text = folder.read('s.yaml').replace('d.csv', '../d.csv').replace('handing.mjs', '../handing.mjs');
  folder.write('specs/s.yaml', text);
  expect(folder.focalsweep('launch', 'specs/s.yaml', '--db', 'own/own.db').status).toBe(0);
  for (const [rank, kind] of ['text', 'absolute'].entries()) {
    expect(folder.focalsweep('export', `#${rank + 1}`, '--db', 'own/own.db', '--out', kind).status).toBe(0);
    expect(folder.read(kind)).toBe(fileOf(kind, 1));
  }
});
