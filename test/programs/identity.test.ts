// Which changes mean new runs, and which none: results of other code are never mixed.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { chooseTrainers } from '../../src/run/prepare/choose-trainer.js';
import { prepareSweep } from '../../src/run/prepare/prepare-sweep.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { type SweepFolder, sweepFolder } from './sweep-folder.js';

const PROGRAM = `import { appendFileSync } from 'node:fs';
appendFileSync('log.txt', 'run\\n');
const split = { macro_f1: 0.5 };
appendFileSync(process.env.FOCALSWEEP_REPORT, JSON.stringify({ validation: split, test: split }) + '\\n');
`;
const MODULE = `import { appendFileSync } from 'node:fs';
import { answer } from './lib/answer.mjs';
export const train = () => {
  appendFileSync(new URL('./log.txt', import.meta.url), 'run\\n');
  return answer;
};
`;
const RUNS = 4;

let folder: SweepFolder;
beforeEach(() => {
  folder = sweepFolder();
  folder.write('p.mjs', PROGRAM);
  folder.write('m.mjs', MODULE);
  folder.write('lib/answer.mjs', `export * from './values.mjs';\n`);
  folder.write(
    'lib/values.mjs',
    'export const answer = { validation: { macro_f1: 0.5 }, test: { macro_f1: 0.5 } };\n',
  );
  folder.write('src/net.py', 'pass\n');
  folder.write('src/deep/loss.py', 'pass\n');
  folder.write('notes.md', 'none\n');
});

/** What identifies the program of a spec. */
async function idOf(train: string): Promise<string | undefined> {
  const spec = parseSpec(`name: code\ntrain: {${train}}\n`, join(folder.path, 's.yaml'));
  const { trainers } = await chooseTrainers(spec, { workers: 2 });
  return trainers[0]?.id;
}

/** How many runs a launch trains. */
function trainedBy(train: string, parameters = 'gamma: {values: [0, 1]}, size: {values: [8, 16]}'): number {
  const before = folder.lines('log.txt').length;
  folder.write('s.yaml', `name: code\nseeds: 1\nparameters: {${parameters}}\ntrain: {${train}}\n`);
  const { status, stderr } = folder.focalsweep('launch', 's.yaml');
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return folder.lines('log.txt').length - before;
}

describe('the rows of `data:`', () => {
  const csv = (scale: number): string =>
    `x,constant,label\n${Array.from({ length: 40 }, (_, row) => `${row * scale},${scale},${row % 2 === 0 ? 'yes' : 'no'}`).join('\n')}\n`;
  const idsOn = async (scale: number, trainer: string): Promise<readonly string[]> => {
    folder.write('t.csv', csv(scale));
    const text = `name: rows\nparameters: {gamma: {values: [0, 1]}}\ndata: {source: t.csv, label: label}\n${trainer}`;
    const spec = parseSpec(text, join(folder.path, 's.yaml'));
    const { plan } = await prepareSweep(spec, { db: join(folder.path, 'none.db') });
    return plan.trials.map(({ trialId }) => trialId);
  };

  it('are part of what a command is given, as they are in the source', async () => {
    const command = 'train: {command: [node, p.mjs]}\n';
    expect(await idsOn(2, command)).not.toEqual(await idsOn(1, command));
    expect(await idsOn(1, command)).toEqual(await idsOn(1, command));
  });

  it('are scaled for a module, as for the trainers of the package', async () => {
    for (const trainer of ['train: {module: ./m.mjs}\n', '']) {
      expect(await idsOn(2, trainer)).toEqual(await idsOn(1, trainer));
    }
  });
});

describe('a command', () => {
  it('is trained once, and again when the script that it names has changed', () => {
    const train = 'command: [node, p.mjs]';
    expect(trainedBy(train)).toBe(RUNS);
    expect(trainedBy(train)).toBe(0);
    folder.write('notes.md', 'some\n');
    folder.write('src/net.py', 'import os\n');
    expect(trainedBy(train)).toBe(0);
    folder.write('p.mjs', `${PROGRAM}// another\n`);
    expect(trainedBy(train)).toBe(RUNS);
    folder.write('p.mjs', PROGRAM);
    expect(trainedBy(train)).toBe(0);
  });

  it('is not trained on when its script changes in the middle of a launch', () => {
    const changing = `import { existsSync, writeFileSync } from 'node:fs';\n${PROGRAM}
if (existsSync('changes') && process.argv[2] === '1') writeFileSync('p.mjs', 'process.exit(3);\\n');
`;
    folder.write('p.mjs', changing);
    const train = 'command: [node, p.mjs, "${gamma}"], workers: 1';
    const parameters = 'gamma: {values: [0, 1, 2]}';
    folder.write('s.yaml', `name: code\nseeds: 1\nparameters: {${parameters}}\ntrain: {${train}}\n`);
    folder.write('changes', '');
    const { status, stderr } = folder.focalsweep('launch', 's.yaml');
    expect(stderr).toMatch(/p\.mjs: the code of the program has changed since this launch began/);
    expect(status).toBe(2);
    // The run that changed it has no result, and no other began.
    expect(folder.lines('log.txt')).toHaveLength(2);
    rmSync(join(folder.path, 'changes'));
    folder.write('p.mjs', changing);
    expect(trainedBy(train, parameters)).toBe(2);
  });

  it('trains only what is new of a longer axis', () => {
    const train = 'command: [node, p.mjs]';
    expect(trainedBy(train)).toBe(RUNS);
    expect(trainedBy(train, 'gamma: {values: [0, 1, 2]}, size: {values: [8, 16]}')).toBe(2);
  });

  it('depends on the files that `code:` lists, by patterns, and then on no other', async () => {
    const train = 'command: [node, p.mjs], code: [src/**/*.py]';
    const first = await idOf(train);
    folder.write('p.mjs', `${PROGRAM}// another\n`);
    expect(await idOf(train)).toBe(first);
    folder.write('src/deep/loss.py', 'import os\n');
    const second = await idOf(train);
    folder.write('src/deep/new.py', '\n');
    const third = await idOf(train);
    expect(new Set([first, second, third]).size).toBe(3);
    expect(await idOf(train)).toBe(third);
  });

  it('names the pattern that finds nothing', () => {
    folder.write('s.yaml', 'name: code\ntrain: {command: [node, p.mjs], code: [src/*.R]}\n');
    const { status, stderr } = folder.focalsweep('launch', 's.yaml');
    expect(status).toBe(2);
    expect(stderr).toContain('s.yaml:2:39: train.code: nothing is called "src/*.R"');
  });

  it('is another one with another version, other words or a shell, and not for how it is run', async () => {
    const others = [
      'command: [node, p.mjs]',
      'command: [node, p.mjs], version: 1.10',
      'command: [node, p.mjs], version: 1.1',
      'command: [node, p.mjs, --quick]',
      'command: [node, p.mjs], shell: true',
    ];
    const ids = await Promise.all(others.map(idOf));
    expect(new Set(ids).size).toBe(others.length);
    expect(await idOf('command: [node, p.mjs], timeout: 1 h, workers: 2, cpus_per_run: 1, gpus: [0]')).toBe(
      ids[0],
    );
  });

  it('whose words name no file says that changed code goes unseen', () => {
    folder.write('s.yaml', `name: code\nseeds: 1\ntrain: {command: [node, "${folder.path}/p.mjs"]}\n`);
    expect(folder.focalsweep('plan', 's.yaml').stderr).toContain('changed code would go unseen');
  });

  it('with a name that nothing fills is refused before it is started', () => {
    folder.write(
      's.yaml',
      'name: code\nparameters: {size: {values: [8]}}\ntrain: {command: [node, p.mjs, "${sice}"]}\n',
    );
    const { status, stderr } = folder.focalsweep('launch', 's.yaml');
    expect(status).toBe(2);
    expect(stderr).toContain(
      's.yaml:3:18: the command has ${sice}, which is no parameter of this run. Did you mean "size"?',
    );
    expect(folder.lines('log.txt')).toEqual([]);
  });
});

describe('a module', () => {
  it('is trained once, and again when a file has changed that it imports, however deeply', () => {
    const train = 'module: ./m.mjs';
    expect(trainedBy(train)).toBe(RUNS);
    folder.write('src/net.py', 'import os\n');
    expect(trainedBy(train)).toBe(0);
    const values = folder.read('lib/values.mjs');
    folder.write('lib/values.mjs', `${values}// another\n`);
    expect(trainedBy(train)).toBe(RUNS);
  });

  it('is another one with another version, its own file changed, or a file that it lists beside its imports', async () => {
    const train = 'module: ./m.mjs, code: notes.md';
    const ids = [await idOf('module: ./m.mjs'), await idOf('module: ./m.mjs, version: 2'), await idOf(train)];
    folder.write('notes.md', 'some\n');
    ids.push(await idOf(train));
    folder.write('lib/answer.mjs', `export * from './values.mjs';\n// another\n`);
    ids.push(await idOf(train));
    folder.write('m.mjs', `${MODULE}// another\n`);
    ids.push(await idOf(train));
    expect(new Set(ids).size).toBe(6);
    expect(await idOf(train)).toBe(ids.at(-1));
  });
});
