import { pointLabel, trialLabel } from '../../analysis/point-label.js';
import type { Dataset } from '../../data/dataset.js';
import { PLAIN_LOSS_TEXT } from '../../knobs/plain-loss.js';
import type { SweepPlan } from '../../plan/plan.js';
import { trainersById } from '../../run/groups/form-groups.js';
import { givenUpRuns, givenUpText, knownRuns, knownText } from '../../run/prepare/known-runs.js';
import { prepareSweep } from '../../run/prepare/prepare-sweep.js';
import { type SweepCost, sweepCost } from '../../run/prepare/sweep-cost.js';
import { readDecided, waitingRuns } from '../../run/prepare/waiting-runs.js';
import { runsOfShard } from '../../run/shard-runs.js';
import { paidRuns } from '../../run/spending.js';
import { searchOf } from '../../search/search-of.js';
import { distributionText, isRange, valueCount } from '../../spec/distribution.js';
import { withBudget } from '../../spec/settings/budget.js';
import { type Shard, shardText } from '../../spec/settings/shard.js';
import type { Space } from '../../spec/sweep-spec.js';
import type { Run } from '../../sweep.js';
import { wrap } from '../../views/text/wrap.js';
import { counted } from '../../wording/counted.js';
import { workersOf } from '../options/options.js';
import { specToLaunch } from '../supervision/spec-to-launch.js';
import { costLine } from './plan-cost.js';
import { budgetLine, stopLine, toTrain } from './plan-stop.js';
import { noteWarnings, print, terminalWidth } from './print.js';

const LISTED_TRIALS = 12;

export interface PlanOptions {
  readonly spec: string;
  readonly workers?: number | undefined;
  readonly engine?: string;
  readonly db: string;
  readonly add: readonly string[];
  readonly budget?: string | undefined;
  /** Only its part of the runs counts as left to train. */
  readonly shard?: Shard | undefined;
}

/** Prints what a launch would train; trains only a few steps, to measure this machine's speed. */
export async function printPlan(options: PlanOptions): Promise<void> {
  const read = withBudget(await specToLaunch(options), options.budget);
  const workers = workersOf(options, read);
  const prepared = await prepareSweep(read, { ...options, workers, yes: true });
  const { plan, dataset, trainers } = prepared;
  const { spec, trials, runs } = plan;
  const known = await knownRuns(options.db, plan);
  const givenUp = await givenUpRuns(options.db);
  const share = options.shard && runsOfShard(plan, options.shard, trainersById(trainers));
  const paid = paidRuns(plan);
  const waiting = waitingRuns(
    plan,
    await readDecided(options.db, plan),
    (runId) => !known.finished.has(runId) && !givenUp.has(runId) && share?.has(runId) !== false,
  );
  const skipped = runs.filter(({ runId }) => givenUp.has(runId)).length;
  const knownLine = knownText(known, plan);
  const cost = await sweepCost(planOf(plan, paid), trainers, prepared);
  print(
    [
      `${spec.name}: ${counted(trials.length, 'configuration')} × ${counted(spec.seeds.length, 'seed')} = ${counted(runs.length, 'run')}, ${toTrain(spec, waiting.length)}`,
      ...baselineLine(plan),
      ...(options.shard === undefined || share === undefined
        ? []
        : [
            `  shard ${shardText(options.shard)}: ${share.size} of ${counted(runs.length, 'run')}; the time below is theirs, epochs and GFLOP are of the whole`,
          ]),
      ...(knownLine === undefined ? [] : [`  ${knownLine}`]),
      ...(skipped === 0 ? [] : [`  ${givenUpText(skipped)}`]),
      ...learningLine(plan),
      ...budgetLine(plan, paid),
      ...axesLines(plan),
      spec.data === null
        ? `  data: ${toldText(dataset)}`
        : `  data: ${dataset.card.source}, ${counted(dataset.split.train.length, 'training row')}, ${featuresText(cost)}, ${counted(dataset.classNames.length, 'class', 'classes')}`,
      costLine(cost, { trials, waiting: waitingByEngine(plan, waiting), workers }),
      ...stopLine(plan),
      ...trials
        .slice(0, LISTED_TRIALS)
        .map((trial) => `  ${trial.trialId.slice(0, 8)}  ${trialLabel(trial)}`),
      ...(trials.length > LISTED_TRIALS ? [`  … and ${trials.length - LISTED_TRIALS} more`] : []),
    ]
      .map((line) => wrap(line, terminalWidth()))
      .join('\n'),
  );
  noteWarnings(plan.warnings);
}

/** The configurations that the budget pays for; all of them where it does not pay for one. */
function planOf(plan: SweepPlan, paid: readonly Run[]): SweepPlan {
  if (paid.length === 0) return plan;
  const ids = new Set(paid.map(({ trialId }) => trialId));
  return { ...plan, trials: plan.trials.filter(({ trialId }) => ids.has(trialId)) };
}

/** The configurations that the others are compared with, beside those of the search. */
function baselineLine({ spec, trials }: SweepPlan): readonly string[] {
  const count = trials.filter(({ addedBaseline }) => addedBaseline).length;
  if (count === 0) return [];
  const { baseline, method } = spec;
  const baselines =
    baseline === null
      ? `${counted(count, 'cross-entropy baseline')} (${PLAIN_LOSS_TEXT})`
      : `${counted(count, 'baseline')} (${pointLabel(baseline)})`;
  // A grid that names its baseline has it, but for a condition.
  const isMissing = baseline === null ? 'that the grid does not have' : 'that `where:` leaves out';
  return [
    `  including ${baselines} ${method === 'grid' ? isMissing : 'with what the first ones have beside it'}`,
  ];
}

/** What a search that learns adds to its first configurations. */
function learningLine({ spec, trials }: SweepPlan): readonly string[] {
  const { sampler } = searchOf(spec);
  const more = sampler.mostPoints - trials.filter(({ addedBaseline }) => !addedBaseline).length;
  if (!sampler.learns || more <= 0) return [];
  const runs = counted(more * spec.seeds.length, 'run');
  return [
    `  then up to ${counted(more, 'configuration')} (${runs}) that ${spec.method} draws near the best ones, some at a time; the cost below is without them`,
  ];
}

/** What programs without a table have told, or will tell. */
function toldText({ split, classNames }: Dataset): string {
  const { validation, test } = split;
  return classNames.length === 0
    ? 'the program has its own; the first run tells the labels'
    : `the program has its own: ${counted(validation.length, 'validation row')}, ${counted(test.length, 'test row')}, ${counted(classNames.length, 'class', 'classes')}`;
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

/** `alpha × 2, gamma × 3`; the name of each space and its share before it, where there are several. */
function axesLines({ spec, trials }: SweepPlan): readonly string[] {
  const axesText = ({ axes }: Space): string =>
    axes
      .map(({ knob, distribution }) =>
        isRange(distribution)
          ? `${knob} ${distributionText(distribution)}`
          : `${knob} × ${valueCount(distribution)}`,
      )
      .join(', ');
  return spec.spaces.map((space) => {
    if (space.name === null) return `  axes: ${axesText(space) || 'none'}`;
    const own = trials.filter((trial) => trial.space === space.name);
    return `  ${space.name} (${space.base.model}): ${counted(own.length, 'configuration')}, ${axesText(space) || 'no axes'}`;
  });
}

/** How many runs each trainer still has to train. */
function waitingByEngine({ trials }: SweepPlan, waiting: readonly Run[]): ReadonlyMap<string, number> {
  const engines = new Map(trials.map(({ trialId, engine }) => [trialId, engine]));
  const counts = new Map<string, number>();
  for (const { trialId } of waiting) {
    const engine = engines.get(trialId) ?? '';
    counts.set(engine, (counts.get(engine) ?? 0) + 1);
  }
  return counts;
}
