import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/errors.js';
import { ANSWER, failureOf, living, notedProcesses, scriptProgram, testFolder, train } from './programs.js';

/** Asks to stop when a program has noted its processes. */
const stopOnceNoted = (folder: string) => () => existsSync(join(folder, 'pids'));

/** Goes on whatever it is told, in two processes. */
const STUBBORN = `trap '' TERM HUP INT; (while :; do sleep 0.1; done) & echo $! > noted; echo $$ >> noted; mv noted pids
  while :; do sleep 0.1; done`;

describe('a stop', () => {
  test('lets the program save what it has, and gives neither a result nor a failure', async () => {
    const folder = testFolder();
    const script = `save() { echo saved > saved; ${ANSWER}; exit 0; }; trap save TERM
      echo busy; echo $$ > pids; while :; do sleep 0.05; done`;
    const told = await train(scriptProgram(folder, script), {
      runIds: ['a', 'b'],
      shouldStop: stopOnceNoted(folder),
    });
    expect(told).toMatchObject({
      outcome: 'stopped',
      results: [],
      failures: [],
      logs: [['a', expect.stringMatching(/^busy\n/)]],
    });
    expect(existsSync(join(folder, 'saved'))).toBe(true);
    expect(living(notedProcesses(folder))).toEqual([]);
  });

  test('before the first run starts nothing', async () => {
    const folder = testFolder();
    const told = await train(scriptProgram(folder, 'touch started'), { shouldStop: () => true });
    expect(told).toMatchObject({ outcome: 'stopped', results: [], failures: [], logs: [] });
    expect(existsSync(join(folder, 'started'))).toBe(false);
  });

  test('after a run ended lets its result count', async () => {
    const folder = testFolder();
    let looks = 0;
    const told = await train(scriptProgram(folder, ANSWER), {
      runIds: ['a', 'b'],
      shouldStop: () => {
        looks += 1;
        return existsSync(join(folder, 'runs/a/report.jsonl')) && looks > 1;
      },
    });
    expect(told.outcome).toBe('stopped');
    expect(told.results.map(({ runId }) => runId)).toEqual(['a']);
    expect(told.logs).toHaveLength(1);
  });

  test.skipIf(process.platform !== 'linux')('reaches sessions of their own', async () => {
    const folder = testFolder();
    const script = `setsid sh -c 'trap "echo saved > saved; exit" TERM; echo $$ > noted; while :; do sleep 0.05; done' &
      until [ -e noted ]; do sleep 0.05; done; echo $$ >> noted; mv noted pids; wait`;
    const told = await train(scriptProgram(folder, script), { shouldStop: stopOnceNoted(folder) });
    expect(told.outcome).toBe('stopped');
    expect(existsSync(join(folder, 'saved'))).toBe(true);
    expect(notedProcesses(folder)).toHaveLength(2);
    expect(living(notedProcesses(folder))).toEqual([]);
  });

  test('is asked for while a run goes on: that is its sign of life', async () => {
    const folder = testFolder();
    let looks = 0;
    const { results } = await train(
      scriptProgram(folder, `until [ -e enough ]; do sleep 0.05; done; ${ANSWER}`),
      {
        shouldStop: () => {
          looks += 1;
          if (looks === 10) writeFileSync(join(folder, 'enough'), '');
          return false;
        },
      },
    );
    expect(results).toHaveLength(1);
  });
});

describe('a time-out', () => {
  test('ends a program that never ends', async () => {
    const folder = testFolder();
    const error = await failureOf(
      scriptProgram(folder, 'echo $$ > pids; echo waiting; while :; do sleep 0.1; done', { timeoutMs: 2000 }),
    );
    expect(error).not.toBeInstanceOf(UserError);
    expect(error.message).toBe('the program took longer than its timeout of 2 s. Its last lines:\n  waiting');
    expect(living(notedProcesses(folder))).toEqual([]);
  });

  test('counts, whatever the program answers after it', async () => {
    const script = `finish() { ${ANSWER}; exit 0; }; trap finish TERM; while :; do sleep 0.05; done`;
    const error = await failureOf(scriptProgram(testFolder(), script, { timeoutMs: 500 }));
    expect(error.message).toMatch(/^the program took longer than its timeout of 1 s/);
  });
});

describe.concurrent('a program that ignores it is killed with all that it has started', () => {
  test('after a stop', async ({ expect, onTestFinished }) => {
    const folder = testFolder(onTestFinished);
    const told = await train(scriptProgram(folder, STUBBORN), { shouldStop: stopOnceNoted(folder) });
    expect(told).toMatchObject({ outcome: 'stopped', results: [], failures: [] });
    expect(notedProcesses(folder)).toHaveLength(2);
    expect(living(notedProcesses(folder))).toEqual([]);
  });

  test('after a time-out', async ({ expect, onTestFinished }) => {
    const folder = testFolder(onTestFinished);
    const error = await failureOf(scriptProgram(folder, STUBBORN, { timeoutMs: 2000 }));
    expect(error.message).toMatch(/^the program took longer than its timeout of 2 s/);
    expect(notedProcesses(folder)).toHaveLength(2);
    expect(living(notedProcesses(folder))).toEqual([]);
  });
});
