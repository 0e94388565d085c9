import { pointLabel } from '../../analysis/point-label.js';
import { type EpochWord, epochWord } from '../../knobs/epoch-word.js';
import { PLAIN_LOSS_TEXT } from '../../knobs/plain-loss.js';
import type { SweepPlan } from '../../plan/plan.js';
import { ofRecordedSweep } from '../../run/prepare/earlier-launch.js';
import { prepareSweep } from '../../run/prepare/prepare-sweep.js';
import { type SweepCost, sweepCost } from '../../run/prepare/sweep-cost.js';
import { valuesOf } from '../../spec/distribution.js';
import { readSpec } from '../../spec/parse-spec.js';
import { wrap } from '../../views/text/wrap.js';
import { counted } from '../../wording/counted.js';
import { duration } from '../../wording/duration.js';
import { noteWarnings, print, terminalWidth } from './print.js';

const LISTED_TRIALS = 12;

export interface PlanOptions {
  readonly spec: string;
  readonly workers: number;
  readonly engine?: string;
  readonly db: string;
}

/** Prints what a launch would train; trains only a few steps, to measure this machine's speed. */
export async function printPlan(options: PlanOptions): Promise<void> {
  const prepared = await prepareSweep(readSpec(options.spec), { ...options, yes: true });
  const { plan, dataset, trainer } = prepared;
  const { spec, trials, runs } = plan;
  const waiting = runs.length - (await alreadyComplete(options.db, plan));
  const cost = await sweepCost(plan, trainer, prepared);
  const baselines = trials.filter((trial) => trial.addedBaseline).length;
  print(
    [
      `${spec.name}: ${counted(trials.length, 'configuration')} × ${counted(spec.seeds.length, 'seed')} = ${counted(runs.length, 'run')}, ${waiting} to train`,
      ...(baselines > 0
        ? [
            `  including ${counted(baselines, 'cross-entropy baseline')} (${PLAIN_LOSS_TEXT}) that the grid does not have`,
          ]
        : []),
      `  axes: ${spec.axes.map((axis) => `${axis.knob} × ${valuesOf(axis.distribution).length}`).join(', ') || 'none'}`,
      `  data: ${dataset.card.source}, ${counted(dataset.split.train.length, 'training row')}, ${featuresText(cost)}, ${counted(dataset.classNames.length, 'class', 'classes')}`,
      costLine(cost, {
        engine: trainer.id,
        runs: runs.length,
        waiting,
        workers: options.workers,
        word: epochWord(trials.map(({ config }) => config)),
      }),
      ...trials
        .slice(0, LISTED_TRIALS)
        .map((trial) => `  ${trial.trialId.slice(0, 8)}  ${pointLabel(trial.point)}`),
      ...(trials.length > LISTED_TRIALS ? [`  … and ${trials.length - LISTED_TRIALS} more`] : []),
    ]
      .map((line) => wrap(line, terminalWidth()))
      .join('\n'),
  );
  noteWarnings(plan.warnings);
}

/** `10 features`, or those of every encoding: `10 features (encode_numbers=none) or 154 (encode_numbers={piecewise_linear:16})`. */
function featuresText({ preparations }: SweepCost): string {
  const sizes = new Map<string, number>();
  for (const { knobs, featureCount } of preparations) {
    const label = pointLabel({ encode_numbers: knobs.encode_numbers });
    if (!sizes.has(label)) sizes.set(label, featureCount);
  }
  return [...sizes]
    .map(([label, count], at) => {
      const size = at === 0 ? counted(count, 'feature') : String(count);
      return sizes.size === 1 ? size : `${size} (${label})`;
    })
    .join(' or ');
}

interface PlannedWork {
  readonly engine: string;
  readonly runs: number;
  readonly waiting: number;
  readonly workers: number;
  readonly word: EpochWord;
}

function costLine(
  { runEpochs, work }: SweepCost,
  { engine, runs, waiting, workers, word }: PlannedWork,
): string {
  const epochs = `  cost: at most ${counted(runEpochs, word)}`;
  if (work === undefined) return `${epochs} (${engine})`;
  const { flops, flopsPerSecond } = work;
  const share = runs === 0 ? 0 : waiting / runs;
  const seconds = (flops * share) / flopsPerSecond / Math.min(workers, Math.max(1, waiting));
  return `${epochs}, ${(flops / 1e9).toFixed(0)} GFLOP; about ${duration(seconds)} with ${counted(workers, 'worker')} (${engine}, measured ${(flopsPerSecond / 1e9).toFixed(1)} GFLOP/s a worker)`;
}

async function alreadyComplete(db: string, { spec, runs }: SweepPlan): Promise<number> {
  const complete = await ofRecordedSweep(
    db,
    spec.name,
    async (_sweep, reader) => new Set((await reader.runs(spec.name)).map(({ runId }) => runId)),
  );
  return runs.filter(({ runId }) => complete?.has(runId)).length;
}
