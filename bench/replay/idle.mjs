// How long workers wait for each other at rungs: the replay tables on simulated workers, every epoch of a run taking as long as any other,
// every worker taking the next run as soon as it has finished one; with nothing else to do, or with what the next rungs will probably want.
import { randomStream } from '../../dist/random.js';
import { decideRung } from '../../dist/search/decide-rung.js';
import { bestFirst, meanOf } from '../../dist/search/stoppers/leading.js';
import { stopperOf } from '../../dist/search/stoppers/stopper-of.js';
import { defaultAims, EQUIVALENT } from '../../dist/spec/aims.js';
import { markdownTable } from '../markdown-table.mjs';
import { median, writeSection } from '../results-file.mjs';
import { cohortOf, permuted } from './follow.mjs';
import { readTable, TABLES } from './tables.mjs';

const REPEATS = 20;
const WORKERS = [2, 4, 8, 16];
const SEEDS = 5;
const SETTING = { type: 'halving_then_racing', grace: 3, eta: 2, maxSeeds: SEEDS };

/** A search on a table, in simulated time: one epoch of a run is one unit. */
class Simulation {
  /** Epochs trained by run. */
  #trained = new Map();
  /** When and where each run in training ends, in the order in which they began. */
  #training = new Map();
  #now = 0;
  #busy = 0;

  constructor(table, workers) {
    const { maxEpochs, metric } = table;
    const sweep = {
      maxEpochs,
      metric,
      seeds: SEEDS,
      aims: defaultAims(metric),
      equivalentOf: () => EQUIVALENT,
    };
    Object.assign(this, { table, workers, stopper: stopperOf(SETTING, sweep) });
  }

  /** What is left to train of some seeds of trials until a rung. */
  #left(trials, { seeds, epochs = Number.POSITIVE_INFINITY }, first = 0) {
    return trials.flatMap(({ trialId, runs }) =>
      runs.slice(first, seeds).flatMap((run, at) => {
        const key = `${trialId} ${first + at}`;
        const [from, to] = [this.#trained.get(key) ?? 0, Math.min(run.epochs.length, epochs)];
        return to > from ? [{ key, trialId, to, epochs: to - from }] : [];
      }),
    );
  }

  #going(trials, rung) {
    const { metric } = this.table;
    const ids = new Set(decideRung(this.stopper, cohortOf(trials, rung, metric), rung, metric).going);
    return trials.filter(({ trialId }) => ids.has(trialId));
  }

  /** As src/run/likely-runs.ts chooses them. */
  #likely(going, at) {
    const rung = this.stopper.rungs[at];
    const { metric } = this.table;
    const reached = going.filter((trial) => this.#left([trial], rung).length === 0);
    const likely = reached.length === 0 ? [] : this.#going(reached, rung);
    const byId = new Map(likely.map((trial) => [trial.trialId, trial]));
    const leaders = bestFirst(cohortOf(likely, rung, metric), meanOf(metric));
    const order = [
      ...leaders.map(({ trialId }) => byId.get(trialId)),
      ...(rung.epochs === undefined ? going.filter((trial) => !reached.includes(trial)) : []),
    ];
    return [...this.stopper.rungs.slice(at + 1), { seeds: SEEDS }].flatMap((later, ahead) =>
      this.#left(order, later, ahead === 0 && rung.epochs !== undefined ? 0 : rung.seeds),
    );
  }

  #begin(job) {
    this.#training.set(job.key, { ...job, end: this.#now + job.epochs });
    this.#busy += job.epochs;
  }

  #forget(job) {
    this.#training.delete(job.key);
    this.#busy -= job.end - this.#now;
  }

  /** Trains until all have reached a rung; idle workers begin what `likely` gives. */
  #train(going, rung, likely) {
    const first = this.#left(going, rung);
    const asked = new Set(first.map(({ key }) => key));
    const others = [...this.#training.values()].filter(({ key }) => !asked.has(key));
    const wanted = first.length - (this.#training.size - others.length);
    const room = Math.max(
      0,
      this.workers - (this.#training.size - others.length) - Math.min(wanted, this.workers),
    );
    for (const job of others.slice(room)) this.#forget(job);
    const isIdle = () => this.#training.size < this.workers;
    const isOpen = ({ key }) => !this.#training.has(key);
    for (let left = first; left.length > 0; left = this.#left(going, rung)) {
      for (const job of left.filter(isOpen)) if (isIdle()) this.#begin(job);
      for (const job of isIdle() ? likely() : []) if (isIdle() && isOpen(job)) this.#begin(job);
      const next = [...this.#training.values()].reduce((a, b) => (b.end < a.end ? b : a));
      this.#now = next.end;
      this.#training.delete(next.key);
      this.#trained.set(next.key, next.to);
    }
  }

  /** Returns how long it took, and the share of the workers' time that was idle. */
  run(isAhead) {
    let going = this.table.trials;
    for (const [at, rung] of this.stopper.rungs.entries()) {
      this.#train(going, rung, () => (isAhead ? this.#likely(going, at) : []));
      going = this.#going(going, rung);
      const ids = new Set(going.map(({ trialId }) => trialId));
      for (const job of this.#training.values()) if (!ids.has(job.trialId)) this.#forget(job);
      if (going.length === 0) break;
    }
    this.#train(going, { seeds: SEEDS }, () => []);
    return { time: this.#now, idle: 1 - this.#busy / (this.workers * this.#now) };
  }
}

/** Writes the table of bench/RESULTS.md. */
export function benchIdle() {
  const percent = (shares) => `${(100 * median(shares)).toFixed(0)} %`;
  const rows = TABLES.map((name) => {
    const table = readTable(name);
    const orders = Array.from({ length: REPEATS }, (_, at) => permuted(table, randomStream(at, 'search', 2)));
    const cells = WORKERS.map((workers) => {
      const [waits, ahead] = [false, true].map((isAhead) =>
        orders.map((order) => new Simulation(order, workers).run(isAhead)),
      );
      const faster = median(waits.map(({ time }, at) => time / ahead[at].time));
      const idle = [waits, ahead].map((runs) => percent(runs.map((run) => run.idle)));
      return `${idle.join(' → ')}; ${faster.toFixed(2)}×`;
    });
    return [name, ...cells];
  });
  writeSection(
    'idle',
    `## How long workers wait at rungs

\`halving_then_racing\` on the replay tables, on simulated workers that train every epoch in the same time: the share of their time that is
idle if nobody begins the next rung before the last one is judged, and if idle workers train what the next rungs will probably want, which
takes so many times less time; medians of ${REPEATS} orders of the seeds. What was trained in vain counts as work.

${markdownTable(['table', ...WORKERS.map((workers) => `${workers} workers`)], rows)}`,
  );
}
