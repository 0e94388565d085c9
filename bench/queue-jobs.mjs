// How many jobs a second the queue of a store gives out and takes back, with workers that train in no time.
//   node bench/queue-jobs.mjs <database> [jobs] [workers] [processes]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { openStore } from '../dist/store/open-store.js';
import { syntheticResult, syntheticSweep } from './synthetic-sweep.mjs';

const EPOCHS = 5;
const LEASE_MS = 20_000;
const [url, jobs = 2000, workers = 50, processes = 2, part] = process.argv.slice(2);

/** Takes one job after another until none is left; gives the milliseconds that each took. */
async function work() {
  const writer = await openStore(url).writer();
  await writer.join('bench');
  const times = [];
  for (;;) {
    const startedAt = performance.now();
    // Fifty ask at a time, and each wants another one.
    const offers = await writer.offers({ sweep: 'bench', most: 64 });
    if (offers.length === 0) break;
    const { runId } = offers[Math.floor(Math.random() * offers.length)];
    const [claim] = await writer.claim({ sweep: 'bench', runs: [runId], most: 1, leaseMs: LEASE_MS });
    if (claim === undefined) continue;
    await writer.record([
      { type: 'started', claim: claim.token, attempt: { runId, sweep: 'bench', worker: 0, startedAtMs: 1 } },
      {
        type: 'complete',
        claim: claim.token,
        result: syntheticResult(runId, 7, EPOCHS),
        attempt: { runId, endedAtMs: 2, durationMs: 1 },
      },
    ]);
    times.push(performance.now() - startedAt);
  }
  await writer.close();
  return times;
}

/** Workers of one process, each in a thread: a writer blocks its thread while it waits for the database. */
async function crew(size) {
  const threads = Array.from({ length: size }, async () => {
    const [times] = await once(
      new Worker(fileURLToPath(import.meta.url), { argv: process.argv.slice(2) }),
      'message',
    );
    return times;
  });
  return (await Promise.all(threads)).flat();
}

if (!isMainThread) {
  parentPort.postMessage(await work());
} else if (part !== undefined) {
  process.stdout.write(JSON.stringify(await crew(Number(part))));
} else {
  const writer = await openStore(url).writer();
  const sweep = syntheticSweep(Number(jobs), EPOCHS);
  await writer.open(sweep);
  await writer.offer(
    'bench',
    sweep.runs.map(({ runId }) => ({ runId })),
  );
  const startedAt = performance.now();
  const each = Math.ceil(workers / processes);
  const told = await Promise.all(
    Array.from({ length: Number(processes) }, async () => {
      const args = [fileURLToPath(import.meta.url), url, jobs, workers, processes, each];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      let text = '';
      for await (const chunk of child.stdout) text += chunk;
      return JSON.parse(text);
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  const times = told.flat().toSorted((a, b) => a - b);
  const finished = (await writer.states(sweep.runs.map(({ runId }) => runId))).values();
  const complete = [...finished].filter((state) => state === 'complete').length;
  process.stdout.write(
    `${complete} jobs by ${workers} workers in ${processes} processes: ${(complete / seconds).toFixed(0)} a second, median ${times[times.length >> 1]?.toFixed(1)} ms, 99 % ${times[Math.floor(times.length * 0.99)]?.toFixed(1)} ms; ${times.length - complete} done twice\n`,
  );
  await writer.close();
}
