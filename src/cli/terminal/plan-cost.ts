import { type EpochWord, epochWord } from '../../knobs/epoch-word.js';
import type { CostPart, SweepCost } from '../../run/prepare/sweep-cost.js';
import type { Trial } from '../../sweep.js';
import { counted } from '../../wording/counted.js';
import { duration } from '../../wording/duration.js';
import { significant, sum } from '../../wording/numbers.js';

/** What is left to train, and by how many. */
export interface PlannedWork {
  readonly trials: readonly Trial[];
  /** Runs by the id of their trainer. */
  readonly waiting: ReadonlyMap<string, number>;
  readonly workers: number;
}

/** Less is not worth a figure. */
const LEAST_FLOPS = 1e6;

type Estimated = CostPart & { readonly work: NonNullable<CostPart['work']> };

/** The cost of a sweep: its spaces added up, as far as their trainers can estimate it. */
export function costLine({ runEpochs, parts }: SweepCost, { trials, waiting, workers }: PlannedWork): string {
  const ofPrograms = parts.filter(({ engine }) => isProgramId(engine));
  const programRuns = sum(ofPrograms.map(({ runs }) => runs));
  const known = runEpochs - sum(ofPrograms.map((part) => part.runEpochs));
  if (known === 0 && programRuns > 0)
    return `  cost: ${counted(programRuns, 'run')} of ${enginesOf(ofPrograms)}, whose time is not known`;
  const isWhole = sum([...waiting.values()]) >= sum(parts.map(({ runs }) => runs));
  const epochs = `  cost${isWhole ? '' : ' of all runs'}: at most ${counted(known, wordOf(trials))}`;
  const estimated = parts.filter((part): part is Estimated => part.work !== undefined);
  const others = parts.filter(({ work }) => work === undefined);
  if (estimated.length === 0) return `${epochs} (${enginesOf(others)})`;
  const left = sum(estimated.map(({ engine }) => waiting.get(engine) ?? 0));
  const seconds = sum(
    estimated.map(({ engine, runs, work: { flops, flopsPerSecond } }) => {
      const share = runs === 0 ? 0 : (waiting.get(engine) ?? 0) / runs;
      return (flops * share) / flopsPerSecond;
    }),
  );
  const flops = sum(estimated.map(({ work }) => work.flops));
  const amount = flops < LEAST_FLOPS ? '' : `, ${billions(flops, 0)} GFLOP`;
  const speeds = estimated.map(
    ({ engine, work }) => `${engine}, measured ${billions(work.flopsPerSecond, 1)} GFLOP/s a worker`,
  );
  const time = duration(seconds / Math.min(workers, Math.max(1, left)));
  const ofLeft = isWhole ? '' : ` for the ${counted(left, 'run')} left`;
  const rest = others.map(({ engine, runs, runEpochs }) => {
    const untimed = isProgramId(engine)
      ? counted(runs, 'run')
      : counted(runEpochs, wordOf(trials.filter((trial) => trial.engine === engine)));
    return `; beside it ${untimed} of ${engine}, whose time is not estimated`;
  });
  if (left === 0) return `${epochs}${amount}; nothing is left to train${rest.join('')}`;
  return `${epochs}${amount}; about ${time}${ofLeft} with ${counted(workers, 'worker')} (${speeds.join('; ')})${rest.join('')}`;
}

/** In billions with so many decimals, or with two significant digits where these decimals would not show them. */
function billions(value: number, decimals: number): string {
  const amount = value / 1e9;
  return amount < 10 ** (1 - decimals) ? significant(amount, 2) : amount.toFixed(decimals);
}

function enginesOf(parts: readonly CostPart[]): string {
  return parts.map(({ engine }) => engine).join(', ');
}

function isProgramId(engine: string): boolean {
  return /^(command|module)@/.test(engine);
}

function wordOf(trials: readonly Trial[]): EpochWord {
  return epochWord(trials.map(({ config }) => config));
}
