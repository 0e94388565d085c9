import type { DataSpec } from '../../spec/data-spec.js';
import type { YamlPath } from '../../spec/yaml-document.js';
import { didYouMean } from '../../wording/did-you-mean.js';
import { SpecMistake } from '../spec-mistake.js';

/** What a column is for. `inferred` becomes numeric when every value is a number; `text` is looked at and trains nothing. */
export type ColumnRole = 'inferred' | 'categorical' | 'label' | 'split' | 'group' | 'time' | 'text';

/** The roles of every column of a header, none for columns that are not used. `file` has the header. */
export function columnRoles(spec: DataSpec, header: readonly string[], file: string): ColumnRole[][] {
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
  const { column: split, time } = splitColumns(spec);
  const groups = groupColumns(spec);
  if (spec.label !== undefined) require(spec.label, 'label');
  if (split !== undefined) require(split, 'split', 'column');
  if (time !== undefined) require(time, 'split', 'time');
  for (const group of groups) require(group, 'split', 'group');
  const drop = known(spec.drop ?? [], 'drop');
  const features = known(spec.features ?? [], 'features');
  const categorical = known(spec.categorical ?? [], 'categorical');
  requireSense(spec, label, split);
  return header.map((name) => {
    if (name === label) return ['label'];
    if (name === split) return ['split'];
    const divides = [
      ...(groups.includes(name) ? ['group' as const] : []),
      ...(name === time ? ['time' as const] : []),
    ];
    const isFeature =
      spec.features === undefined ? divides.length === 0 && !drop.has(name) : features.has(name);
    if (!isFeature) return divides;
    return [...divides, categorical.has(name) ? 'categorical' : 'inferred'];
  });
}

function splitColumns({ split = {} }: DataSpec): {
  readonly column?: string;
  readonly time?: string | undefined;
} {
  return 'column' in split ? split : { time: split.time };
}

/** The columns whose values decide which rows stay together. */
export function groupColumns({ split = {} }: Pick<DataSpec, 'split'>): readonly string[] {
  const { group } = split;
  return group === undefined || typeof group !== 'string' ? (group ?? []) : [group];
}

function requireSense(spec: DataSpec, label: string | undefined, split: string | undefined): void {
  if (spec.drop !== undefined && spec.features !== undefined) {
    throw new SpecMistake('`drop:` and `features:` exclude each other', ['data', 'features'], {
      fix: 'Name the columns to use, or those to leave out, but not both.',
    });
  }
  if (split !== undefined && groupColumns(spec).includes(split)) {
    throw new SpecMistake(`"${split}" cannot be both the group and the split`, ['data', 'split', 'group'], {
      fix: 'Name the column whose rows belong together.',
    });
  }
  if (label === split) {
    throw new SpecMistake(`"${label}" cannot be both the label and the split`, ['data', 'split', 'column'], {
      fix: 'Name the class column with `label:`.',
    });
  }
  const divides = [...groupColumns(spec), splitColumns(spec).time];
  if (label !== undefined && divides.includes(label)) {
    const key = splitColumns(spec).time === label ? 'time' : 'group';
    throw new SpecMistake(`"${label}" is the label, so it cannot divide the rows`, ['data', 'split', key], {
      fix: 'Name another column, or the class column with `label:`.',
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
