import { createHash } from 'node:crypto';
import type { DataCard, Dataset, SharedDataset } from '../dataset.js';

/** How far the numeric features are from mean 0 and standard deviation 1 on the training rows. */
export function measureNormalization(
  table: Pick<Dataset, 'features' | 'featureCount'>,
  training: Int32Array,
  numeric: readonly boolean[],
): DataCard['normalization'] {
  const { features, featureCount } = table;
  const sums = new Float64Array(featureCount);
  const squares = new Float64Array(featureCount);
  for (const row of training) {
    for (let f = 0; f < featureCount; f++)
      sums[f] = (sums[f] as number) + (features[row * featureCount + f] as number);
  }
  const means = sums.map((sum) => sum / training.length);
  for (const row of training) {
    for (let f = 0; f < featureCount; f++) {
      const off = (features[row * featureCount + f] as number) - (means[f] as number);
      squares[f] = (squares[f] as number) + off * off;
    }
  }
  let largestMean = 0;
  let largestSdDeviation = 0;
  for (let f = 0; f < featureCount; f++) {
    if (!numeric[f]) continue;
    const sd = Math.sqrt((squares[f] as number) / training.length);
    largestMean = Math.max(largestMean, Math.abs(means[f] as number));
    largestSdDeviation = Math.max(largestSdDeviation, Math.abs(sd - 1));
  }
  return { largestMean, largestSdDeviation };
}

/** SHA-256, hex, over all that a training run can see of a dataset. */
export function tableFingerprint(dataset: Omit<SharedDataset, 'fingerprint' | 'memory'>): string {
  const { featureNames, classNames, rareClasses, features, labels, split } = dataset;
  const hash = createHash('sha256');
  hash.update(JSON.stringify({ featureNames, classNames, rareClasses, rowCount: dataset.rowCount }));
  for (const array of [features, labels, split.train, split.validation, split.test]) {
    hash.update(`|${array.length}|`);
    hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  }
  return hash.digest('hex');
}
