import { UserError } from '../errors.js';
import type { DataSpec } from '../spec/data-spec.js';
import { didYouMean } from '../spec/did-you-mean.js';

/** What a column is for. `inferred` becomes numeric when every value is a number. */
export type ColumnRole = 'inferred' | 'categorical' | 'label' | 'split';

/** The role of every column of a header; none for those that nobody wants. `file` is where the header stands. */
export function columnRoles(
  spec: DataSpec,
  header: readonly string[],
  file: string,
): (ColumnRole | undefined)[] {
  const known = (names: readonly string[], option: string) => {
    for (const name of names) requireColumn(name, header, { file, option });
    return new Set(names);
  };
  const label = spec.label ?? header.at(-1);
  const split = spec.split !== undefined && 'column' in spec.split ? spec.split.column : undefined;
  known(spec.label === undefined ? [] : [spec.label], 'label');
  known(split === undefined ? [] : [split], 'split.column');
  const drop = known(spec.drop ?? [], 'drop');
  const features = known(spec.features ?? header, 'features');
  const categorical = known(spec.categorical ?? [], 'categorical');
  requireSense(spec, label, split);
  return header.map((name) => {
    if (name === label) return 'label';
    if (name === split) return 'split';
    if (drop.has(name) || !features.has(name)) return undefined;
    return categorical.has(name) ? 'categorical' : 'inferred';
  });
}

function requireColumn(
  name: string,
  header: readonly string[],
  place: { file: string; option: string },
): void {
  if (header.includes(name)) return;
  throw new UserError(`there is no column "${name}".${didYouMean(name, header)}`, {
    where: `data.${place.option}, ${place.file}`,
    fix: `The columns are ${abridged(header)}.`,
  });
}

function requireSense(spec: DataSpec, label: string | undefined, split: string | undefined): void {
  if (spec.drop !== undefined && spec.features !== undefined) {
    throw new UserError('`drop:` and `features:` exclude each other', {
      where: 'data',
      fix: 'Say which columns to use, or which not, but not both.',
    });
  }
  if (label === split) {
    throw new UserError(`"${label}" cannot be both the label and the split`, {
      where: 'data.split.column',
      fix: 'Name the class column by `label:`.',
    });
  }
  for (const option of ['drop', 'features', 'categorical'] as const) {
    if (label === undefined || !spec[option]?.includes(label)) continue;
    throw new UserError(`"${label}" is the label, so it cannot stand here`, {
      where: `data.${option}`,
      fix: 'Take it out, or name another column by `label:`.',
    });
  }
}

function abridged(names: readonly string[]): string {
  const shown = names.slice(0, 12).join(', ');
  return names.length > 12 ? `${shown}, … (${names.length} in all)` : shown;
}
