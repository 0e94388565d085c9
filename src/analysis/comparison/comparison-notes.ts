import type { ComparisonSide } from './comparison.js';
import { COMPARISON_DRAWS } from './comparison-estimates.js';

/** What a reader must know to believe a comparison. */
export function comparisonNotes(sides: readonly ComparisonSide[]): readonly string[] {
  const letters = (of: readonly ComparisonSide[]): string => of.map(({ letter }) => letter).join(', ');
  const unpaired = sides.filter(({ isPaired }) => !isPaired);
  const lone = sides.filter(({ seeds }) => seeds.length < 2);
  const chosen = sides.filter(({ kind }) => kind === 'sweep');
  return [
    `Validation rows. 95 %: from the sampling of rows (${COMPARISON_DRAWS.toLocaleString('en')} draws) and from seeds; log_loss from seeds alone.`,
    `Differences: ${unpaired.length === 0 ? 'the same rows on all sides' : 'the same rows where sides share them'}; every interval holds for ${sides.length > 2 ? 'all sides at once, for its metric' : 'its metric'}.`,
    ...(unpaired.length === 0
      ? []
      : [
          `${letters(unpaired)}: other rows than A’s (another table, split or preparation), so the difference is unpaired, and holds what the rows differ in.`,
        ]),
    ...(lone.length === 0
      ? []
      : [
          `${letters(lone)}: one seed, so nothing is known of the noise between seeds; intervals are of rows alone.`,
        ]),
    ...(chosen.length === 0
      ? []
      : [
          `${letters(chosen)}: a sweep stands for its best configuration, which was chosen on these rows and flatters it; focalsweep report --confirm has unseen rows.`,
        ]),
    ...[...new Set(sides.flatMap(({ dataNotes }) => dataNotes))].map((note) => {
      const noted = sides.filter(({ dataNotes }) => dataNotes.includes(note));
      return noted.length === sides.length ? `Note: ${note}` : `${letters(noted)}, note: ${note}`;
    }),
  ];
}
