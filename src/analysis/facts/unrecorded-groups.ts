import { UserError } from '../../errors.js';
import { parseSpec } from '../../spec/parse-spec.js';
import type { SweepDetail } from './facts.js';

/** Says with the data of a sweep whose rows come in groups that an older version recorded it, without them. */
export function withUnrecordedGroups(sweep: SweepDetail): SweepDetail {
  const { dataset, specText } = sweep;
  const { card } = dataset;
  // A spec that cannot name a group need not be read.
  const mayHaveGroups = card.groups === undefined && specText.includes('group');
  const columns = mayHaveGroups ? groupColumns(specText) : [];
  if (columns.length === 0) return sweep;
  const note = `The groups of ${columns.join(' and ')} are not recorded, because an older version launched this sweep: its intervals draw single rows, as if rows of a group were independent, and may be much too narrow. \`focalsweep launch\` records the groups and trains nothing again.`;
  const warnings = [...(card.warnings ?? []), note];
  return { ...sweep, dataset: { ...dataset, card: { ...card, warnings } } };
}

/** None if the spec was written for another version. */
function groupColumns(specText: string): readonly string[] {
  try {
    return [parseSpec(specText).data?.split?.group ?? []].flat();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [];
  }
}
