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

/** Rows of validation and test whose features and label also occur in training, by a 53-bit hash of each row's bits. */
export function countDuplicatesAcrossSplits(
  table: Pick<Dataset, 'features' | 'featureCount' | 'labels' | 'split'>,
): number {
  const { features, featureCount, labels, split } = table;
  const words = new Int32Array(features.buffer, features.byteOffset, features.length);
  const hash = (row: number): number => {
    let low = labels[row] as number;
    let high = low ^ 0x5bd1e995;
    for (let at = row * featureCount, end = at + featureCount; at < end; at++) {
      const word = words[at] as number;
      low = Math.imul(low ^ word, 0x01000193);
      low ^= low >>> 15;
      high = Math.imul(high ^ word, 0x85ebca6b);
      high ^= high >>> 13;
    }
    return (high >>> 11) * 2 ** 32 + (low >>> 0);
  };
  const seen = new Set<number>();
  for (const row of split.train) seen.add(hash(row));
  let duplicates = 0;
  for (const row of split.validation) duplicates += seen.has(hash(row)) ? 1 : 0;
  for (const row of split.test) duplicates += seen.has(hash(row)) ? 1 : 0;
  return duplicates;
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
