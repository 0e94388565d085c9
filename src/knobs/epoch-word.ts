import type { AnyConfig } from '../sweep.js';

/** What people call an epoch: trees are grown in rounds. */
export type EpochWord = 'epoch' | 'round';

/** The word for runs of these configurations; `epoch` where only some of them have trees. */
export function epochWord(configs: readonly { readonly model: AnyConfig['model'] }[]): EpochWord {
  return configs.length > 0 && configs.every(({ model }) => model === 'trees') ? 'round' : 'epoch';
}

/** What is kept of a chosen epoch, as in `weights of epoch 3`. */
export const KEPT: { readonly [word in EpochWord]: string } = {
  epoch: 'weights of epoch',
  round: 'trees up to round',
};
