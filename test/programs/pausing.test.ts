// A search that drops configurations early, of programs of the user's own: they pause where it judges them.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MAIN, type SweepFolder, sweepFolder, until } from './sweep-folder.js';

const SPEC = `name: raced
data: {source: d.csv, label: y}
seeds: 1
parameters: {skill: {values: [1, 2, 3, 4, 5, 6, 7, 8]}}
`;
const STOP = 'stop: {type: successive_halving, grace: 2}\n';
/** 8 runs pause after epoch 2, 4 after epoch 4, 2 after epoch 8 of 12, and one ends. */
const TRAINED = 8 * 2 + 4 * 2 + 2 * 4 + 1 * 4;

function learners(train: string): SweepFolder {
  const folder = sweepFolder('learner.mjs', 'learner-module.mjs', 'learning.mjs');
  folder.write('grid.yaml', `${SPEC}train: {${train}, epochs: 12, workers: 2}\n`);
  folder.write('raced.yaml', `${folder.read('grid.yaml')}${STOP}`);
  return folder;
}

const command = (way: string): string =>
  `command: [node, learner.mjs, ${way}], code: [learner.mjs, learning.mjs]`;
const epochsIn = (folder: SweepFolder): number => (folder.lines('epochs.txt')[0] ?? '').length;
const checkpointsIn = ({ path }: SweepFolder): readonly string[] =>
  readdirSync(join(path, 'results', 'focalsweep.db-checkpoints'));
const OWN_TRAINER = readFileSync(new URL('../../docs/own-trainer.md', import.meta.url), 'utf8');
/** What becomes of each configuration, and how many epochs are kept of it. */
const outcome = (folder: SweepFolder): unknown => folder.query('skill,state,error,epochs');

describe.skipIf(process.platform !== 'linux')('programs under `stop:` (Linux only)', () => {
  const reference = learners(command('ignores'));
  const launched = reference.focalsweep('launch', 'raced.yaml');

  it('are planned as what may pause', () => {
    expect(reference.focalsweep('plan', 'raced.yaml').stdout).toMatch(
      /stop: successive_halving; about \d+ % of all epochs, by made-up learning curves, if your program pauses/,
    );
  });

  it('a program that ignores the pause trains to its end, and is judged by its epochs all the same', () => {
    expect(launched.status).toBe(0);
    expect(epochsIn(reference)).toBe(8 * 12);
    expect(reference.sql("SELECT count(*) FROM run_states WHERE state = 'pruned'")).toEqual([0]);
    expect(launched.stderr).toMatch(/^4 of 8 configurations go on after epoch 2 of 1 seed\.$/m);
  });

  it.each([
    ['saves', command('saves'), TRAINED],
    ['ends with code 1, as a script does that leaves with a message', command('exits-1'), TRAINED],
    ['saves nothing and begins again', command('forgets'), TRAINED + 4 * 2 + 2 * 4 + 1 * 8],
    ['is a module', 'module: ./learner-module.mjs', TRAINED],
  ])('one that %s trains what the rungs ask for', (_, train, epochs) => {
    const folder = learners(train);
    const { status, stderr } = folder.focalsweep('launch', 'raced.yaml');
    expect([status, stderr.match(/.* go on after .*/g)]).toEqual([
      0,
      launched.stderr.match(/.* go on after .*/g),
    ]);
    expect(epochsIn(folder)).toBe(epochs);
    expect(folder.query('skill,state').map(({ skill, state }) => [skill, state])).toContainEqual([
      8,
      'complete',
    ]);
    expect(folder.sql("SELECT count(*) FROM run_states WHERE state = 'pruned'")).toEqual([7]);
    expect(folder.focalsweep('check').status).toBe(0);
  });

  it('what was dropped goes on from where it paused when `stop:` is gone', () => {
    const folder = learners(command('saves'));
    folder.focalsweep('launch', 'raced.yaml');
    expect(folder.focalsweep('launch', 'grid.yaml').status).toBe(0);
    expect(epochsIn(folder)).toBe(8 * 12);
    expect(folder.sql('SELECT count(*) FROM results')).toEqual([8]);
  });

  it('what was dropped begins again where its folder was removed as docs/own-trainer.md says', () => {
    const folder = learners(command('saves'));
    folder.focalsweep('launch', 'raced.yaml');
    const [, line = ''] = /^\$ npx focalsweep (query .* xargs rm -rf)$/m.exec(OWN_TRAINER) ?? [];
    const removed = spawnSync(`"${process.execPath}" "${MAIN}" ${line}`, { cwd: folder.path, shell: true });
    expect([removed.status, checkpointsIn(folder)]).toEqual([0, []]);
    expect(folder.focalsweep('launch', 'grid.yaml').status).toBe(0);
    expect(epochsIn(folder)).toBe(TRAINED + 7 * 12);
    expect(folder.sql('SELECT count(*) FROM results')).toEqual([8]);
    expect(checkpointsIn(folder)).toEqual([]);
  });

  it('one whose epochs tell no metric is judged by its result', () => {
    const folder = learners(command('untold'));
    const { status, stderr } = folder.focalsweep('launch', 'raced.yaml');
    expect([status, stderr.match(/.* go on after .*/g)]).toEqual([
      0,
      launched.stderr.match(/.* go on after .*/g),
    ]);
    expect(epochsIn(folder)).toBe(8 * 12);
  });

  it.each([
    ['pauses-untold', 'epoch 2 tells no macro_f1, by which the search judges'],
    ['pauses-with-gaps', 'not every epoch until epoch 2 is told'],
  ])('one that pauses where it cannot be judged (%s) fails, and is told why', (way, why) => {
    const folder = learners(command(way));
    const { stderr } = folder.focalsweep('launch', 'raced.yaml');
    expect(stderr).toContain(`the program ended where it should pause, but ${why}`);
    expect(folder.sql("SELECT count(*) FROM run_states WHERE state = 'failed'")).toEqual([8]);
  });

  it('goes the same way after kill -9 of all', async () => {
    const whole = learners(command('saves'));
    whole.focalsweep('launch', 'raced.yaml');
    const killed = learners(command('saves'));
    const launch = killed.launch('raced.yaml', '--verbose');
    await until(() => /go on after epoch 2/.test(launch.stderr()));
    launch.send('SIGKILL');
    await launch.ended;
    expect(await killed.left()).toEqual([]);
    expect(killed.focalsweep('launch', 'raced.yaml').status).toBe(0);
    expect(outcome(killed)).toEqual(outcome(whole));
  });

  it.each([
    ['some', 'config.skill > 6'],
    ['all', 'true'],
  ])(
    'where %s fail for a reason that is mended then, `retry --failed` goes the way that it would have gone',
    (_, condition) => {
      const flaky = `import { existsSync } from 'node:fs';
import { train as learn } from './learner-module.mjs';
export async function train(run) {
  const { config } = run;
  if (existsSync('away') && (${condition})) throw new Error('the server is away');
  return learn(run);
}
`;
      const module = 'module: ./flaky.mjs, code: [flaky.mjs, learner-module.mjs, learning.mjs]';
      const [undisturbed, mended] = [learners(module), learners(module)];
      for (const folder of [undisturbed, mended]) folder.write('flaky.mjs', flaky);
      undisturbed.focalsweep('launch', 'raced.yaml');
      mended.write('away', '');
      mended.focalsweep('launch', 'raced.yaml');
      expect(mended.sql("SELECT count(*) FROM run_states WHERE state = 'failed'")).not.toEqual([0]);
      rmSync(join(mended.path, 'away'));
      const retried = mended.focalsweep('retry', 'raced', '--failed');
      expect(retried.status).toBe(0);
      expect(retried.stderr).toContain('What its search has decided without them is decided anew.');
      // What went on because the others were missing has a result of its own by now.
      const [own, expected] = [mended, undisturbed].map((folder) =>
        folder.query('skill,state,error,epochs', '--where', 'skill > 6'),
      );
      expect(own).toEqual(expected);
      expect(mended.sql('SELECT decision FROM decisions')).toEqual(
        undisturbed.sql('SELECT decision FROM decisions'),
      );
      expect(mended.focalsweep('check').status).toBe(0);
    },
  );

  it('leaves the folders of those that may go on, and `delete` takes them along', () => {
    const folder = learners(command('saves'));
    folder.focalsweep('launch', 'raced.yaml');
    expect(checkpointsIn(folder)).toHaveLength(7);
    expect(folder.focalsweep('delete', 'raced', '--yes').status).toBe(0);
    expect(checkpointsIn(folder)).toEqual([]);
  });
});
