import type { DataSpec } from '../../spec/data-spec.js';
import type { YamlPath } from '../../spec/yaml-document.js';
import { didYouMean } from '../../wording/did-you-mean.js';
import { SpecMistake } from '../spec-mistake.js';

/** What a column is for. `inferred` becomes numeric when every value is a number. */
export type ColumnRole = 'inferred' | 'categorical' | 'label' | 'split';

/** The role of every column of a header; undefined for columns that are not used. `file` has the header. */
export function columnRoles(
  spec: DataSpec,
  header: readonly string[],
  file: string,
): (ColumnRole | undefined)[] {
  const columns = new Set(header);
  const require = (name: string, ...option: YamlPath) => {
    if (columns.has(name)) return;
    throw new SpecMistake(
      `there is no column "${name}" in ${file}.${didYouMean(name, header)}`,
      ['data', ...option],
      { fix: `The columns are ${abridged(header)}.` },
    );
  };
  const known = (names: readonly string[], option: string) => {
    for (const [at, name] of names.entries()) require(name, option, at);
    return new Set(names);
  };
  const label = spec.label ?? header.at(-1);
  const split = spec.split !== undefined && 'column' in spec.split ? spec.split.column : undefined;
  if (spec.label !== undefined) require(spec.label, 'label');
  if (split !== undefined) require(split, 'split', 'column');
  const drop = known(spec.drop ?? [], 'drop');
  const features = known(spec.features ?? [], 'features');
  const categorical = known(spec.categorical ?? [], 'categorical');
  requireSense(spec, label, split);
  return header.map((name) => {
    if (name === label) return 'label';
    if (name === split) return 'split';
    if (drop.has(name) || (spec.features !== undefined && !features.has(name))) return undefined;
    return categorical.has(name) ? 'categorical' : 'inferred';
  });
}

function requireSense(spec: DataSpec, label: string | undefined, split: string | undefined): void {
  if (spec.drop !== undefined && spec.features !== undefined) {
    throw new SpecMistake('`drop:` and `features:` exclude each other', ['data', 'features'], {
      fix: 'Name the columns to use, or those to leave out, but not both.',
    });
  }
  if (label === split) {
    throw new SpecMistake(`"${label}" cannot be both the label and the split`, ['data', 'split', 'column'], {
      fix: 'Name the class column with `label:`.',
    });
  }
  for (const option of ['drop', 'features', 'categorical'] as const) {
    const at = label === undefined ? -1 : (spec[option]?.indexOf(label) ?? -1);
    if (at < 0) continue;
    throw new SpecMistake(`"${label}" is the label, so it cannot be listed here`, ['data', option, at], {
      fix: 'Remove it, or name another label column with `label:`.',
    });
  }
}

/** The first names, and how many there are. */
export function abridged(names: readonly string[]): string {
  const shown = names.slice(0, 12).join(', ');
  return names.length > 12 ? `${shown}, … (${names.length} in all)` : shown;
}
