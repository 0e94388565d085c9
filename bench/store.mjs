// Fills a store with synthetic results and times what users wait for. Build first, then:
//   node bench/store.mjs [runs] [epochs] [file to keep the store in]
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { openStore } from '../dist/store/open-store.js';
import { syntheticResult, syntheticSweep } from './synthetic-sweep.mjs';

const runCount = Number(process.argv[2] ?? 10_000);
const epochCount = Number(process.argv[3] ?? 30);
const REPEATS = 7;
const BATCH = 50;

async function fill(path, sweep) {
  const writer = await openStore(path).writer();
  const openMs = await time(() => writer.open(sweep));
  let recordMs = 0;
  for (let first = 0; first < runCount; first += BATCH) {
    const events = sweep.runs.slice(first, first + BATCH).flatMap(({ runId }, at) => [
      { type: 'started', attempt: { runId, sweep: 'bench', worker: 0, startedAtMs: 1 } },
      {
        type: 'complete',
        result: syntheticResult(runId, first + at, epochCount),
        attempt: { runId, endedAtMs: 2, durationMs: 1 },
      },
    ]);
    recordMs += await time(() => writer.record(events));
  }
  const reopenMs = await time(() => writer.open(sweep));
  await writer.close();
  return { openMs, reopenMs, recordRunsPerSecond: (runCount / recordMs) * 1000 };
}

async function time(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Median over repeats, each on a connection of its own, including opening it. */
async function median(path, work) {
  const times = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const elapsed = await time(async () => {
      const reader = await openStore(path).reader();
      await work(reader);
      await reader.close();
    });
    times.push(elapsed);
  }
  return times.sort((a, b) => a - b)[(REPEATS - 1) / 2];
}

/** The reads of a comparison report: ranking, two trials in detail, learning curves of the best and the baseline. */
async function report(reader) {
  const { name } = await reader.sweep();
  const trials = await reader.trials(name);
  const runs = await reader.runs(name);
  for (const { trialId } of [trials[0], trials.at(-1)]) {
    const runIds = runs.filter((run) => run.trialId === trialId).map(({ runId }) => runId);
    await reader.classMetrics(runIds, 'validation');
    await reader.classMetrics(runIds, 'test');
    await reader.confusion(runIds, 'test');
    await reader.testMetrics(trialId);
    for (const runId of runIds) await reader.epochs(runId);
    await reader.predictions(runIds, 'test');
  }
}

const folder = mkdtempSync(join(tmpdir(), 'focalsweep-bench-'));
const path = process.argv[4] ?? join(folder, 'store.db');
const sweep = syntheticSweep(runCount, epochCount);
const writing = await fill(path, sweep);
const ms = {
  query: await median(path, (reader) =>
    reader.query({
      sweep: 'bench',
      where: 'gamma >= 2 and macro_f1 > 0.6',
      sort: ['-rare_recall'],
      limit: 20,
    }),
  ),
  queryAllRows: await median(path, (reader) => reader.query({})),
  report: await median(path, report),
  sweeps: await median(path, (reader) => reader.sweeps()),
  showRun: await median(path, (reader) => reader.run(sweep.runs[runCount >> 1].runId)),
  fingerprint: await median(path, (reader) => reader.fingerprint('bench')),
};
const sqlMs = {};
for (const view of ['leaderboard', 'runs_wide', 'class_recall']) {
  const reader = await openStore(path).reader();
  const start = performance.now();
  await reader.sql(`SELECT * FROM ${view} LIMIT 20`, 60_000);
  sqlMs[view] = performance.now() - start;
  await reader.close();
}
console.log(
  JSON.stringify(
    {
      runs: runCount,
      epochs: epochCount,
      fileMiB: statSync(path).size / 2 ** 20,
      writing,
      medianMs: ms,
      sqlMs,
    },
    (_, value) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value),
    2,
  ),
);
rmSync(folder, { recursive: true });
