// What the queue of a store gives out and takes back a second, with workers that train in no time.
//   node bench/queue-jobs.mjs <database> [jobs|claims|epochs|signs|renewals] [how many] [workers] [processes]
// With the process id of a server of this machine in BENCH_SERVER_PID it also says what each took of its processor.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { openStore } from '../dist/store/open-store.js';
import { syntheticResult, syntheticSweep } from './synthetic-sweep.mjs';

const SWEEP = 'bench';
const EPOCHS = 5;
const LEASE_MS = 20_000;
const OWN = fileURLToPath(import.meta.url);
const [url, what = 'jobs', count = 2000, workers = 50, processes = 2, size] = process.argv.slice(2);

/** Takes one job; says `again` if another worker was faster, and `over` when none is left. */
async function takeJob(writer) {
  const runs = (await writer.offers({ sweep: SWEEP, most: 64 })).map((offer) => offer.runId);
  if (runs.length === 0) return 'over';
  const request = { sweep: SWEEP, most: 1, leaseMs: LEASE_MS };
  const granted = await writer.claim({ ...request, runs });
  const [claim] = granted.length > 0 ? granted : await writer.claimOffered(request);
  if (claim === undefined) return 'again';
  const { runId } = claim;
  await writer.record([
    { type: 'started', claim: claim.token, attempt: { runId, sweep: SWEEP, worker: 0, startedAtMs: 1 } },
    {
      type: 'complete',
      claim: claim.token,
      result: syntheticResult(runId, 7, EPOCHS),
      attempt: { runId, endedAtMs: 2, durationMs: 1 },
    },
  ]);
  return 'done';
}

/** What a worker does again and again, all but jobs with a run that it has claimed. */
const OPERATIONS = {
  jobs: takeJob,
  epochs: async (writer, { runId, token }, at) => {
    const [epoch] = syntheticResult(runId, 7, 1).epochs;
    await writer.record([{ type: 'epoch', claim: token, runId, epoch: { ...epoch, epoch: at + 1 } }]);
  },
  claims: (writer) => writer.claimOffered({ sweep: SWEEP, most: 1, leaseMs: LEASE_MS }),
  signs: (writer) => writer.beat(),
  // A claim as short as this is renewed with each sign of life.
  renewals: (writer) => writer.beat(),
};

/** The milliseconds that each operation took. */
async function work() {
  const writer = await openStore(url).writer();
  await writer.join(SWEEP);
  const most = what === 'jobs' ? Number.POSITIVE_INFINITY : Math.ceil(count / workers);
  let claim;
  if (what !== 'jobs') {
    const leaseMs = what === 'renewals' ? 3 : 600_000;
    [claim] = await writer.claimOffered({ sweep: SWEEP, most: 1, leaseMs });
  }
  parentPort.postMessage('ready');
  await once(parentPort, 'message');
  const times = [];
  for (let at = 0; at < most; at++) {
    const startedAt = performance.now();
    const outcome = await OPERATIONS[what](writer, claim, at);
    if (outcome === 'over') break;
    if (outcome !== 'again') times.push(performance.now() - startedAt);
  }
  await writer.close();
  return times;
}

/** Workers of one process, each in a thread: a writer blocks its thread while it waits for the database. */
async function crew() {
  const threads = Array.from({ length: size }, () => new Worker(OWN, { argv: process.argv.slice(2) }));
  await Promise.all(threads.map((thread) => once(thread, 'message')));
  process.stdout.write('ready\n');
  await once(process.stdin, 'data');
  const times = threads.map(async (thread) => {
    thread.postMessage('go');
    const [all] = await once(thread, 'message');
    return all;
  });
  process.stdout.write(JSON.stringify((await Promise.all(times)).flat()));
  process.stdin.destroy();
}

/** A process of workers: when all are ready, and what they say after `go`. */
function startCrew(each) {
  const args = [OWN, url, what, count, workers, processes, each];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    ready: lines.next(),
    async go() {
      child.stdin.write('go');
      return JSON.parse((await lines.next()).value);
    },
  };
}

/** Milliseconds of processor that a server and its processes have taken, those that have ended too. */
function serverMs(server) {
  const stats = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        // After the name in brackets: state, parent, and so on; times in hundredths of a second.
        const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
        const [user, system, ofEnded, systemOfEnded] = fields
          .slice(11, 15)
          .map((ticks) => Number(ticks) * 10);
        if (pid === server) return [user + system + ofEnded + systemOfEnded];
        return fields[1] === server ? [user + system] : [];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
  return stats.reduce((sum, ms) => sum + ms, 0);
}

async function measure() {
  const writer = await openStore(url).writer();
  const sweep = syntheticSweep(what === 'jobs' ? Number(count) : 2000, EPOCHS);
  await writer.open(sweep);
  await writer.offer(
    SWEEP,
    sweep.runs.map(({ runId }) => ({ runId })),
  );
  const each = Math.ceil(workers / processes);
  const crews = Array.from({ length: Math.ceil(workers / each) }, () => startCrew(each));
  await Promise.all(crews.map(({ ready }) => ready));
  const server = process.env.BENCH_SERVER_PID;
  const before = server === undefined ? 0 : serverMs(server);
  const startedAt = performance.now();
  const times = (await Promise.all(crews.map(({ go }) => go()))).flat().toSorted((a, b) => a - b);
  const seconds = (performance.now() - startedAt) / 1000;
  const ofServer =
    server === undefined
      ? ''
      : `, ${((serverMs(server) - before) / times.length).toFixed(2)} ms of the server`;
  await writer.close();
  const at = (share) => times[Math.floor((times.length - 1) * share)]?.toFixed(1);
  process.stdout.write(
    `${times.length} ${what} by ${workers} workers in ${crews.length} processes: ${(times.length / seconds).toFixed(0)} a second, median ${at(0.5)} ms, 99 % ${at(0.99)} ms${ofServer}\n`,
  );
}

if (!isMainThread) parentPort.postMessage(await work());
else if (size !== undefined) await crew();
else await measure();
