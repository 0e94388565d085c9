import type { SharedDataset } from '../../src/data/dataset.js';
import type { Trainer } from '../../src/train/trainer.js';

/** Predicts the class whose mean training row is nearest: no epochs, no weights, no probabilities, no seed. */
export const nearestCentroid: Trainer = {
  id: 'nearest-centroid@1',
  groupSize: 3,
  groupKey: () => '',
  async train({ dataset, runs, shouldStop, onResult, onFailed }) {
    if (dataset === undefined) throw new RangeError('there is nothing to be near to');
    for (const { runId, config } of runs) {
      if (shouldStop()) return 'stopped';
      if (config.gamma > 50) {
        onFailed(runId, new RangeError('no'));
        continue;
      }
      const predict = (rows: Int32Array) => ({ predictions: Uint16Array.from(rows, nearest(dataset)) });
      const { validation, test } = dataset.split;
      const none = { epochs: [], chosenEpoch: 0, stoppedBy: 'epochs' } as const;
      onResult({ runId, ...none, validation: predict(validation), test: predict(test) });
    }
    return 'done';
  },
};

function nearest({
  features,
  featureCount,
  labels,
  split,
  classNames,
}: SharedDataset): (row: number) => number {
  const valuesOf = (row: number) => features.subarray(row * featureCount, (row + 1) * featureCount);
  const centroids = classNames.map((_, cls) => {
    const own = [...split.train].filter((row) => labels[row] === cls);
    return Float64Array.from({ length: featureCount }, (_value, feature) =>
      own.reduce((sum, row) => sum + (valuesOf(row)[feature] ?? 0) / own.length, 0),
    );
  });
  return (row) => {
    const distances = centroids.map((centroid) =>
      centroid.reduce((sum, value, feature) => sum + (value - (valuesOf(row)[feature] ?? 0)) ** 2, 0),
    );
    return distances.indexOf(Math.min(...distances));
  };
}
