import type { Confirmation, Ensemble } from '../../analysis/ranking/configuration.js';
import type { Shown } from '../../analysis/ranking/ranking.js';
import { figure, interval, signed, signedInterval } from '../../wording/numbers.js';
import type { Section } from './section.js';

/** What an ensemble is, and what its intervals hold. */
export const ENSEMBLE_NOTE =
  'Seeds together: the mean of their probabilities, as focalsweep predict has it. These intervals are of rows alone, for these seeds.';

/** The seeds of a configuration together on the test rows. */
export function ensembleSection({ seeds, of }: Ensemble): Section {
  return {
    heading: `On the test rows, the ${seeds} seeds alone and together`,
    table: {
      columns: ['metric', 'mean alone', 'together', '95 %', 'gain', '95 % of the gain'],
      rows: [...of].map(([name, { single, mean, interval: own, gain }]) => [
        name,
        figure(single),
        figure(mean),
        interval(own),
        signed(gain.mean),
        signedInterval(gain.interval),
      ]),
    },
    optional: ['95 % of the gain', '95 %'],
    notes: [ENSEMBLE_NOTE],
  };
}

/** What the shown configurations gain by their ensembles in the ranking metric; none without an ensemble. */
export function ensembleNotes(
  confirmations: readonly Confirmation[],
  shown: readonly Shown[],
): readonly string[] {
  const gains = confirmations.flatMap(({ ensemble }, at) => {
    const [first] = ensemble?.of ?? [];
    if (first === undefined) return [];
    const [name, { gain }] = first;
    return [`${shown[at]?.role}: ${name} ${signed(gain.mean)} (95 % ${signedInterval(gain.interval)})`];
  });
  return gains.length === 0 ? [] : [`${ENSEMBLE_NOTE} Gain over the seeds alone: ${gains.join('; ')}.`];
}
