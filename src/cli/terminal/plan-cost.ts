import type { EpochWord } from '../../knobs/epoch-word.js';
import type { CostPart, SweepCost } from '../../run/prepare/sweep-cost.js';
import { counted } from '../../wording/counted.js';
import { duration } from '../../wording/duration.js';
import { sum } from '../../wording/numbers.js';

/** What is left to train, and by how many. */
export interface PlannedWork {
  /** Runs by the id of their trainer. */
  readonly waiting: ReadonlyMap<string, number>;
  readonly workers: number;
  readonly word: EpochWord;
}

type Estimated = CostPart & { readonly work: NonNullable<CostPart['work']> };

/** The cost of a sweep: its spaces added up, as far as their trainers can estimate it. */
export function costLine({ runEpochs, parts }: SweepCost, { waiting, workers, word }: PlannedWork): string {
  const epochs = `  cost: at most ${counted(runEpochs, word)}`;
  const estimated = parts.filter((part): part is Estimated => part.work !== undefined);
  const others = parts.filter(({ work }) => work === undefined);
  if (estimated.length === 0) return `${epochs} (${others.map(({ engine }) => engine).join(', ')})`;
  const left = sum(estimated.map(({ engine }) => waiting.get(engine) ?? 0));
  const seconds = sum(
    estimated.map(({ engine, runs, work: { flops, flopsPerSecond } }) => {
      const share = runs === 0 ? 0 : (waiting.get(engine) ?? 0) / runs;
      return (flops * share) / flopsPerSecond;
    }),
  );
  const gigaflops = sum(estimated.map(({ work }) => work.flops)) / 1e9;
  const speeds = estimated.map(
    ({ engine, work }) => `${engine}, measured ${(work.flopsPerSecond / 1e9).toFixed(1)} GFLOP/s a worker`,
  );
  const time = duration(seconds / Math.min(workers, Math.max(1, left)));
  const rest = others.map(
    (part) =>
      `; beside it ${counted(part.runEpochs, part.engine.startsWith('trees') ? 'round' : 'epoch')} of ${part.engine}, whose time is not estimated`,
  );
  return `${epochs}, ${gigaflops.toFixed(0)} GFLOP; about ${time} with ${counted(workers, 'worker')} (${speeds.join('; ')})${rest.join('')}`;
}
