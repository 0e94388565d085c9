import { type Dataset, isPreparedBy, type SharedDataset } from '../../data/dataset.js';
import type { PrepareTable } from '../../data/load-dataset.js';
import { type DataKnobs, dataKey, dataKnobs, dataKnobsOf } from '../../knobs/data-knobs.js';
import { numberIn } from '../../knobs/knob-value.js';
import type { SweepPlan } from '../../plan/plan.js';
import type { AnyConfig } from '../../sweep.js';
import type { AnyTrainer, Workload } from '../../train/trainer.js';

/** Upper bounds of the cost of a sweep, which early stopping reduces. */
export interface SweepCost {
  readonly runEpochs: number;
  /** What the configurations train on, in their order. */
  readonly preparations: readonly PreparationSize[];
  /** By trainer, in the order in which configurations need them. */
  readonly parts: readonly CostPart[];
}

/** What the configurations of one trainer cost. */
export interface CostPart {
  /** The id of the trainer. */
  readonly engine: string;
  readonly runs: number;
  readonly runEpochs: number;
  /** Only if the trainer can estimate it. */
  readonly work?: {
    /** Floating-point operations. */
    readonly flops: number;
    /** Of one thread of this machine, measured. */
    readonly flopsPerSecond: number;
  };
}

/** How many features some configurations have. */
export interface PreparationSize {
  readonly knobs: DataKnobs;
  readonly featureCount: number;
}

/** The data that a cost is estimated on. */
export interface CostData {
  readonly dataset: Dataset;
  /** As of `prepareSweep`; without it every configuration counts as prepared like the dataset. */
  readonly prepare?: PrepareTable | undefined;
}

/** Configurations with equal data knobs. */
interface PreparedConfigs extends PreparationSize {
  readonly configs: readonly AnyConfig[];
  readonly dataset: SharedDataset;
}

/** Estimates the cost of training all runs of a plan; trains for a moment to measure the speed of this machine. */
export async function sweepCost(
  plan: SweepPlan,
  trainers: readonly AnyTrainer[],
  data: CostData,
): Promise<SweepCost> {
  const engines = [...new Set(plan.trials.map(({ engine }) => engine))];
  const preparations = new Map<string, PreparationSize>();
  const parts: CostPart[] = [];
  for (const engine of engines) {
    const trainer = trainers.find(({ id }) => id === engine);
    const trials = plan.trials.filter((trial) => trial.engine === engine);
    const own = await partCost({ ...plan, trials }, trainer?.workload, data);
    for (const size of own.preparations) preparations.set(dataKey(size.knobs), size);
    const runs = trials.length * plan.spec.seeds.length;
    parts.push({ engine, runs, runEpochs: own.runEpochs, ...(own.work && { work: own.work }) });
  }
  return {
    runEpochs: parts.reduce((sum, { runEpochs }) => sum + runEpochs, 0),
    preparations: [...preparations.values()],
    parts,
  };
}

interface PartCost extends Omit<CostPart, 'engine' | 'runs'> {
  readonly preparations: readonly PreparationSize[];
}

async function partCost(
  plan: SweepPlan,
  workload: Workload<AnyConfig> | undefined,
  data: CostData,
): Promise<PartCost> {
  const { trials, spec } = plan;
  const epochsOf = (config: AnyConfig): number => (numberIn(config, 'epochs') ?? 0) * spec.seeds.length;
  const runEpochs = trials.reduce((sum, { config }) => sum + epochsOf(config), 0);
  const preparations: PreparationSize[] = [];
  let flops = 0;
  let largest: PreparedConfigs | undefined;
  for (const own of preparedConfigs(plan, data)) {
    const { knobs, featureCount, configs, dataset } = own;
    preparations.push({ knobs, featureCount });
    if (workload === undefined) continue;
    flops += configs.reduce(
      (sum, config) => sum + epochsOf(config) * workload.epochFlops(config, dataset),
      0,
    );
    if (largest === undefined || largestOf(own, workload) > largestOf(largest, workload)) largest = own;
  }
  if (workload === undefined || largest === undefined) return { runEpochs, preparations };
  const flopsPerSecond = await workload.measureSpeed(largest.configs, largest.dataset);
  return { runEpochs, preparations, work: { flops, flopsPerSecond } };
}

/** One preparation after another, so that memory holds few. */
function* preparedConfigs(
  { trials, spec }: SweepPlan,
  { dataset: own, prepare }: CostData,
): Iterable<PreparedConfigs> {
  const ofKey = new Map<string, AnyConfig[]>();
  for (const { config } of trials) {
    const key = dataKey(dataKnobsOf(config));
    const known = ofKey.get(key);
    if (known === undefined) ofKey.set(key, [config]);
    else known.push(config);
  }
  for (const configs of ofKey.values()) {
    if (configs[0] === undefined) continue;
    const knobs = dataKnobsOf(configs[0]);
    const isOwn = prepare === undefined || isPreparedBy(own, dataKnobs(spec.data ?? {}), knobs);
    const dataset = isOwn ? own : prepare(knobs, spec.seeds[0] ?? 0);
    yield { knobs, featureCount: dataset.featureCount, configs, dataset };
  }
}

function largestOf({ configs, dataset }: PreparedConfigs, { epochFlops }: Workload<AnyConfig>): number {
  return configs.reduce((most, config) => Math.max(most, epochFlops(config, dataset)), 0);
}
