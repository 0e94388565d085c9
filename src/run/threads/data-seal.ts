import type { SharedDataset } from '../../data/dataset.js';
import { tableFingerprint } from '../../data/prepare/encoded-table.js';
import { UserError } from '../../errors.js';

const SEALS = new WeakMap<SharedDataset, string>();

/** What a dataset held when it was first asked for, which must be before a program of the user has its memory. */
export function sealOf(dataset: SharedDataset): string {
  const seal = SEALS.get(dataset) ?? tableFingerprint(dataset);
  SEALS.set(dataset, seal);
  return seal;
}

/** The error for a dataset that holds something else by now; undefined for one that is as it was. */
export function brokenSeal(dataset: SharedDataset, seal: string): UserError | undefined {
  if (tableFingerprint(dataset) === seal) return undefined;
  return new UserError('a module has written into `data`, which is the same memory for all runs', {
    where: '`train: {module: …}`',
    fix: 'Change copies alone, such as `Float32Array.from(data.features)`, and launch again. No result of the changed data is recorded.',
  });
}
