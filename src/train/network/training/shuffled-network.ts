import type { SharedDataset } from '../../../data/dataset.js';
import { arenaBytes, createSharedArena } from '../../../data/shared-memory.js';
import type { ColumnImportance } from '../../../sweep.js';
import { type ColumnShuffle, ShuffledColumns } from '../../shuffled-columns.js';
import { valuesAt } from '../../split-output.js';
import type { Engine, LaneSettings, ProgramShape } from '../engine.js';
import { evaluateRows } from './evaluate-lane.js';

/** A trained network, and the dataset that it was trained on. */
export interface TrainedNetwork {
  readonly engine: Engine;
  readonly shape: ProgramShape;
  readonly settings: LaneSettings;
  readonly weights: Float32Array;
  readonly dataset: SharedDataset;
  readonly shouldStop: () => boolean;
}

/** By column, what the metrics lose when it is shuffled among the validation rows. Undefined after a request to stop. */
export async function networkImportance({
  engine,
  shape,
  settings,
  weights,
  dataset,
  shouldStop,
}: TrainedNetwork): Promise<readonly ColumnImportance[] | undefined> {
  // The dataset's own memory is shared by all threads, so the shuffled rows are copies.
  const copied = validationRows(dataset);
  const plain = copied.features.slice();
  const program = await engine.start(copied, shape, [settings], [weights]);
  const predict = async () =>
    (await evaluateRows({ program, lane: 0, dataset: copied, shouldStop }, copied.split.validation))
      ?.predictions;
  try {
    const whole = await predict();
    if (whole === undefined) return undefined;
    const measured = new ShuffledColumns(settings.seed, dataset, whole);
    for (const shuffle of measured.shuffles()) {
      reorder(copied, plain, shuffle);
      const predictions = await predict();
      if (predictions === undefined) return undefined;
      measured.add(shuffle, predictions);
      copied.features.set(plain);
    }
    const drops = measured.drops();
    return dataset.featureColumns.map(({ name }, at) => ({
      column: name,
      gainShare: null,
      drops: drops[at] ?? null,
    }));
  } finally {
    program.dispose();
  }
}

/** A dataset of the validation rows alone, in a memory of its own. */
function validationRows(dataset: SharedDataset): SharedDataset {
  const { features, featureCount, labels, split } = dataset;
  const rowCount = split.validation.length;
  const arena = createSharedArena(arenaBytes(rowCount * featureCount) + 2 * arenaBytes(rowCount));
  const copied = arena.float32(rowCount * featureCount);
  split.validation.forEach((row, at) => {
    copied.set(features.subarray(row * featureCount, (row + 1) * featureCount), at * featureCount);
  });
  const ownLabels = arena.int32(rowCount);
  ownLabels.set(valuesAt(labels, split.validation));
  const validation = arena.int32(rowCount);
  validation.forEach((_row, at) => {
    validation[at] = at;
  });
  const none = new Int32Array();
  return {
    ...dataset,
    memory: arena.memory,
    rowCount,
    features: copied,
    labels: ownLabels,
    split: { train: none, validation, test: none },
  };
}

function reorder(
  { features, featureCount }: SharedDataset,
  plain: Float32Array,
  { column: { first, count }, order }: ColumnShuffle,
): void {
  for (const [row, from] of order.entries()) {
    const start = from * featureCount + first;
    features.set(plain.subarray(start, start + count), row * featureCount + first);
  }
}
