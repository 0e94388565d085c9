import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, test, vi } from 'vitest';
import { ANSWER, living, notedProcesses, scriptProgram, testFolder } from './programs.js';

const trainer = new URL('../../../dist/train/command/command-trainer.js', import.meta.url).href;

/** Starts a process that trains one run of a script, then writes `ended`. */
function startTraining(folder: string, script: string): ChildProcess {
  const file = trainingFile(folder, script);
  return spawn(process.execPath, [file], { stdio: ['ignore', 'inherit', 'inherit'] });
}

function trainingFile(folder: string, script: string): string {
  const program = scriptProgram(folder, script);
  const file = join(folder, 'training.mjs');
  writeFileSync(
    file,
    `import { writeFileSync } from 'node:fs';
    import { commandTrainer } from ${JSON.stringify(trainer)};
    const program = ${JSON.stringify(program)};
    await commandTrainer(program).train({
      runs: [{ runId: 'a', trialId: 'b', seed: 1, config: { model: 'command' }, metric: { name: 'macro_f1' } }],
      shouldStop: () => false,
      place: { files: null, folderOf: () => ${JSON.stringify(join(folder, 'a'))}, sweep: 'try', slot: 0 },
      onEpoch() {},
      onResult() {},
      onFailed(_runId, error) { throw error; },
    });
    writeFileSync(${JSON.stringify(join(folder, 'ended'))}, '');`,
  );
  return file;
}

const there = (folder: string, name: string) =>
  vi.waitUntil(() => existsSync(join(folder, name)), { timeout: 60_000, interval: 20 });

/** Waits until none of the processes lives; rejects if some go on. */
const gone = (pids: readonly number[]) =>
  vi.waitUntil(() => living(pids).length === 0, { timeout: 20_000, interval: 50 });

/** The guard of a process, by the line that started it. */
const NOTE_GUARD = `pgrep -f -P $PPID focalsweep-guard > guard;`;

/** Notes the last process that was started, and itself. */
const NOTE_OTHER = 'echo $! >> noted;';
const NOTE_ITSELF = 'echo $$ >> noted; mv noted pids; while :; do sleep 0.1; done';

test('kill -9 of the process that trains leaves none of its processes, nor the guard', async () => {
  const folder = testFolder();
  const training = startTraining(
    folder,
    `trap '' TERM HUP; ${NOTE_GUARD} sleep 1000 & ${NOTE_OTHER} ${NOTE_ITSELF}`,
  );
  const ended = once(training, 'exit');
  await there(folder, 'pids');
  const pids = [...notedProcesses(folder), Number(readFileSync(join(folder, 'guard'), 'utf8'))];
  expect(pids).toHaveLength(3);
  expect(living(pids)).toEqual(pids);
  training.kill('SIGKILL');
  await ended;
  await gone(pids);
});

test.skipIf(process.platform !== 'linux')(
  'daemons are found too, and processes without the environment',
  async () => {
    const folder = testFolder();
    const script = `setsid sleep 1000 & ${NOTE_OTHER} env -i sleep 1001 & ${NOTE_OTHER} ${NOTE_ITSELF}`;
    const training = startTraining(folder, script);
    const ended = once(training, 'exit');
    await there(folder, 'pids');
    const pids = notedProcesses(folder);
    expect(pids).toHaveLength(3);
    training.kill('SIGKILL');
    await ended;
    await gone(pids);
  },
);

test('a process that its own program kills at once leaves nothing either', async () => {
  for (let round = 0; round < 10; round++) {
    const nap = `sleep 1000.${process.pid}${round}`;
    const training = startTraining(testFolder(), `env -i ${nap} & kill -9 $PPID; ${nap}`);
    expect(await once(training, 'exit')).toEqual([null, 'SIGKILL']);
    await vi.waitUntil(() => spawnSync('pgrep', ['-f', nap]).status === 1, { timeout: 20_000 });
  }
});

test('a process that ends as it should is not kept by its guard, which ends with it', async () => {
  const folder = testFolder();
  const training = startTraining(folder, `${NOTE_GUARD} ${ANSWER}`);
  const [code] = await once(training, 'exit');
  expect(code).toBe(0);
  expect(existsSync(join(folder, 'ended'))).toBe(true);
  await gone([Number(readFileSync(join(folder, 'guard'), 'utf8'))]);
});

test('a guard spares what others start, and survives signals for all', async () => {
  const folder = testFolder();
  const bystander = spawn('sleep', ['1000'], { stdio: 'ignore' });
  const training = startTraining(folder, `${NOTE_GUARD} ${NOTE_ITSELF}`);
  const ended = once(training, 'exit');
  await there(folder, 'pids');
  const guard = Number(readFileSync(join(folder, 'guard'), 'utf8'));
  process.kill(guard, 'SIGTERM');
  process.kill(guard, 'SIGHUP');
  training.kill('SIGKILL');
  await ended;
  await gone([...notedProcesses(folder), guard]);
  expect(living([bystander.pid ?? 0])).toEqual([bystander.pid]);
  bystander.kill();
});

test('a thread has a guard of its own: when it dies, its processes do, and no others', async () => {
  const [folder, other] = [testFolder(), testFolder()];
  const script = `trap '' TERM; ${NOTE_ITSELF}`;
  const thread = new Worker(trainingFile(folder, script));
  const otherThread = new Worker(trainingFile(other, script));
  await Promise.all([there(folder, 'pids'), there(other, 'pids')]);
  await thread.terminate();
  await gone(notedProcesses(folder));
  expect(living(notedProcesses(other))).toEqual(notedProcesses(other));
  await otherThread.terminate();
  await gone(notedProcesses(other));
});

test('threads end by themselves after their runs, and close no files but their own', async () => {
  for (let round = 0; round < 8; round++) {
    const folders = [testFolder(), testFolder(), testFolder()];
    const threads = folders.map((folder) => new Worker(trainingFile(folder, `${NOTE_GUARD} ${ANSWER}`)));
    const codes = await Promise.all(threads.map((thread) => once(thread, 'exit')));
    expect(codes).toEqual([[0], [0], [0]]);
    await gone(
      folders.flatMap((folder) => readFileSync(join(folder, 'guard'), 'utf8').trim().split('\n').map(Number)),
    );
  }
});
