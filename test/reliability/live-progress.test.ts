// What other processes see of a sweep while it trains; needs compiled code.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openStore } from '../../src/store/open-store.js';
import type { RunProgress } from '../../src/store/store.js';
import { launch, MAIN, workFolder } from './launched-sweep.js';

const folder = workFolder();
/** Runs that do not end by themselves; an epoch takes some hundredths of a second. */
const SPEC = `name: small
parameters: {gamma: {values: [0]}}
seeds: 2
data: {source: "builtin:malware21", rows: 8000}
model: {hidden: [128, 64]}
train: {epochs: 1000000, patience: 0}
`;

/** The first run that has shown epochs. */
async function runInTraining(db: string): Promise<RunProgress> {
  const reader = await openStore(db).reader();
  try {
    for (;;) {
      const shown = (await reader.progress('small')).find(({ epochs }) => epochs.length > 0);
      if (shown !== undefined) return shown;
      await delay(50);
    }
  } finally {
    await reader.close();
  }
}

it('a run shows its epochs while it trains, in `show` too, and keeps them when it is interrupted', async () => {
  writeFileSync(join(folder, 's.yaml'), SPEC);
  const db = join(folder, 'results', 'focalsweep.db');
  const sweep = launch(folder);
  await sweep.said(/to train/);
  const { runId, state, attempts, epochs } = await runInTraining(db);
  expect({ state, attempts, first: epochs[0]?.epoch }).toEqual({ state: 'running', attempts: 1, first: 1 });

  const show = (...more: string[]) =>
    spawnSync(process.execPath, [MAIN, 'show', runId, '--db', db, ...more], { encoding: 'utf8' }).stdout;
  expect(show()).toMatch(/running[\s\S]*Epochs so far[\s\S]*train_loss/);
  expect(JSON.parse(show('--format', 'json')).epochs[0]).toMatchObject({ epoch: 1 });

  sweep.child.kill('SIGINT');
  expect(await sweep.ended).toBe(130);
  const kept = await runInTraining(db);
  expect(kept).toMatchObject({ runId, state: 'interrupted' });
  expect(kept.epochs.slice(0, epochs.length)).toEqual(epochs);
});
