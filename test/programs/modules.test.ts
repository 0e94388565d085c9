// Modules that train in the threads: what they may do, and what becomes of those that do not.
import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SweepFolder, sweepFolder, until } from './sweep-folder.js';

const PACKAGE = fileURLToPath(new URL('../../', import.meta.url));

function moduleSweep(kinds: string, train = ''): SweepFolder {
  const folder = sweepFolder('models.mjs');
  // As npm installs it, so that `import 'focalsweep'` finds it.
  const installed = join(folder.path, 'node_modules', 'focalsweep');
  mkdirSync(dirname(installed));
  symlinkSync(PACKAGE, installed, 'junction');
  folder.write(
    's.yaml',
    `name: modules
data: {source: d.csv, label: y}
seeds: 1
retries: 0
parameters: {kind: {values: [${kinds}]}}
train: {module: ./models.mjs${train}}
`,
  );
  return folder;
}

describe('modules of every kind in one sweep', () => {
  const errors = {
    throws: 'weights is not iterable',
    'throws-text': 'the module threw "a text"',
    'never-resolves': 'timed out: a run may take 4 s',
    'returns-nothing': 'the module: `train` returned nothing',
    'wrong-rows': 'test.predictions: there are 2 rows, and the split has 24',
    'unknown-class': 'test.predictions: row 1 is "goood", and no class is called so.',
    nan: 'test.logits: row 1 has a value that is not finite (NaN or infinite)',
    'epoch-twice': 'epoch(): epoch 1 comes after epoch 1',
    spins: 'training made no progress for 3 s (--stall-timeout)',
  };
  let folder: SweepFolder;
  let launch: ReturnType<SweepFolder['focalsweep']>;
  let runs: ReadonlyMap<unknown, Readonly<Record<string, unknown>>>;
  beforeAll(() => {
    folder = moduleSweep(`healthy, ${Object.keys(errors).join(', ')}, healthy-too`, ', timeout: 4');
    launch = folder.focalsweep('launch', 's.yaml', '--workers', '2', '--stall-timeout', '3', '--verbose');
    runs = new Map(folder.query('kind,state,error,macro_f1').map((run) => [run.kind, run]));
  });

  it('are trained by one launch, which says that some failed', () => {
    expect({ status: launch.status, stderr: launch.stderr }).toMatchObject({ status: 1 });
    expect(folder.sql('PRAGMA integrity_check')).toEqual(['ok']);
  });

  it.each(['healthy', 'healthy-too'])('%s is complete', (kind) => {
    expect(runs.get(kind)).toMatchObject({ state: 'complete', macro_f1: 1 });
  });

  it.each(Object.entries(errors))('%s is a failed run that says why', (kind, error) => {
    expect(runs.get(kind)).toMatchObject({ state: 'failed', error: expect.stringContaining(error) });
  });

  it('shows the epochs that a module tells', () => {
    expect(launch.stderr).toContain('Epoch 2 Results:');
    const rows = folder.sql(
      "SELECT epochs_trained || ' ' || stopped_by || ' ' || chosen_epoch FROM runs_wide WHERE state = 'complete' LIMIT 1",
    );
    expect(rows).toEqual(['2 patience 2']);
  });
});

describe('a module', () => {
  it.each([
    ['features', 'for (let i = 0; i < data.features.length; i++) data.features[i] *= 2;'],
    ['labels', 'data.labels.fill(0);'],
    ['rows of a split', 'data.split.train.reverse();'],
  ])('that changes %s ends the launch, and nothing of the changed data is recorded', (_what, change) => {
    const folder = moduleSweep('reads, changes, reads-too', ', workers: 1');
    folder.write(
      'models.mjs',
      `export function train({ config, data }) {
        if (config.kind === 'changes') { ${change} }
        const zeros = (rows) => ({ predictions: new Array(rows.length).fill(0) });
        return { validation: zeros(data.split.validation), test: zeros(data.split.test) };
      }`,
    );
    const { status, stderr } = folder.focalsweep('launch', 's.yaml');
    expect(status).toBe(2);
    expect(stderr).toContain('a module has written into `data`');
    expect(stderr).toContain('Float32Array.from(data.features)');
    expect(folder.query('kind', '--where', 'state=complete')).toEqual([{ kind: 'reads' }]);
  });

  it('is asked to stop, and goes on from what it saved', async () => {
    const folder = moduleSweep('waits', ', workers: 1');
    const launch = folder.launch('s.yaml', '--verbose');
    await until(() => launch.stderr().includes('Epoch 1 '));
    launch.send('SIGINT');
    expect(await launch.ended).toBe(130);
    expect(folder.lines('log.txt')).toEqual(['waits begins', 'waits saved']);
    const { status, stderr } = folder.focalsweep('launch', 's.yaml');
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(folder.lines('log.txt')).toEqual(['waits begins', 'waits saved', 'waits begins']);
  });

  it.each([
    ['for (;;);', 'training made no progress for 3 s (--stall-timeout)'],
    ['process.exit(3);', 'worker exited with code: 3'],
  ])('that does `%s` in the first run of a sweep without data ends the launch', (does, error) => {
    const folder = sweepFolder();
    folder.write('m.mjs', `export const train = async () => {\n  ${does}\n};\n`);
    folder.write('s.yaml', 'name: m\nseeds: 1\ntrain: {module: m.mjs}\n');
    const { status, stderr } = folder.focalsweep('launch', 's.yaml', '--stall-timeout', '3');
    expect(stderr).toContain(`the first run failed, so the true labels are not known: ${error}`);
    expect(status).toBe(2);
  });

  it.each([
    ['export const trian = () => {};\n', 'exports no function `train`. Did you mean "train"?'],
    ['export const train = 3;\n', 'exports `train`, which is no function'],
    [
      "import './gone.mjs';\nexport const train = () => {};\n",
      'm.mjs:1:1 imports ./gone.mjs, and there is no such file',
    ],
    ['export const train = (;\n', 'm.mjs:1:23 is no JavaScript'],
  ])('%j is refused', (text, error) => {
    const folder = sweepFolder();
    folder.write('m.mjs', text);
    folder.write(
      's.yaml',
      'name: m\ndata: {source: d.csv, label: y}\nseeds: 1\nretries: 0\ntrain: {module: m.mjs}\n',
    );
    const { status, stderr } = folder.focalsweep('launch', 's.yaml');
    expect(stderr).toContain(error);
    expect(status).not.toBe(0);
  });
});
