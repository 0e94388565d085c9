import type { DroppedColumn } from '../../data/inspect/find-drops.js';
import type { TableFindings } from '../../data/inspect/inspect-table.js';
import type { DrawnSplitSpec, SplitSpec } from '../../spec/data-spec.js';
import { andMore } from '../../wording/and-more.js';
import { counted } from '../../wording/counted.js';
import { STOP_EARLY } from '../early-stop.js';
import { costLines, gridLines } from './first-grid.js';
import { comment, yamlValue } from './yaml-text.js';

/** The JSON Schema that stands beside a first spec. */
export const SCHEMA_FILE = 'sweep.schema.json';

/** How a first spec is called and where its table is. */
export interface FirstSpecPlace {
  readonly name: string;
  /** Turns a path as it was given into one that starts at the folder of the spec. */
  readonly fromSpec: (path: string) => string;
}

/** What the plan of a first spec says, for its comments. */
export interface PlannedFacts {
  readonly runs: number;
  readonly configurations: number;
  /** Classes of the plan, most training rows first. */
  readonly classes: readonly {
    readonly name: string;
    readonly trainRows: number;
    readonly isRare: boolean;
  }[];
  /** As `focalsweep plan` says it; undefined where measuring it takes long. */
  readonly cost?: string;
}

/** So many columns left out for one reason are listed under it. */
const MOST_REASONS = 12;
const MOST_CLASSES = 40;

/** The commented text of a first spec. Comments alone depend on `facts`. */
export function firstSpecText(findings: TableFindings, place: FirstSpecPlace, facts?: PlannedFacts): string {
  const { rowCount, columnCount, files, source } = findings;
  const smaller = facts?.classes.at(-1)?.name;
  return [
    `# yaml-language-server: $schema=./${SCHEMA_FILE}`,
    comment(
      `A first look at ${files.join(', ')}: ${counted(rowCount, 'row')}, ${counted(columnCount, 'column')}. Written by focalsweep init; change what does not fit.`,
    ),
    ...(facts === undefined
      ? []
      : [
          comment(
            `${counted(facts.configurations, 'configuration')}, ${counted(facts.runs, 'run')}${facts.cost === undefined ? '' : `; ${facts.cost}`}.`,
          ),
        ]),
    `name: ${yamlValue(place.name)}`,
    'method: grid',
    ...gridLines(findings),
    comment('When the grid has grown to hundreds of runs, weak configurations can end after a few epochs:'),
    `# stop: ${yamlValue(STOP_EARLY)}`,
    ...costLines(findings, smaller),
    'data:',
    `  source: ${yamlValue(oneOrMany(source.map(place.fromSpec)))}`,
    ...formLines(findings),
    ...labelLines(findings),
    ...dropLines(findings),
    ...splitLines(findings, place),
    ...rareLines(facts),
    'engine: auto',
    '',
  ].join('\n');
}

function oneOrMany(paths: readonly string[]): string | readonly string[] {
  return paths.length === 1 ? (paths[0] ?? '') : paths;
}

function formLines({ form }: TableFindings): readonly string[] {
  return Object.entries(form.keys).flatMap(([key, value]) => [
    comment(form.reasons[key] ?? '', '  '),
    `  ${key}: ${yamlValue(value)}`,
  ]);
}

function labelLines({ label }: TableFindings): readonly string[] {
  const others = label.runnersUp.map(({ name, distinct }) => `${name} (${counted(distinct, 'value')})`);
  const instead = others.length === 0 ? '' : `. Next likely: ${others.join(', ')}`;
  return [
    comment(`Chosen ${label.reason}${instead}.`, '  '),
    ...label.notes.map((note) => comment(note, '  ')),
    `  label: ${yamlValue(label.column.name)}`,
  ];
}

function dropLines({ drops, keptLeaks, behindLabel }: TableFindings): readonly string[] {
  const kept = keptLeaks.map(({ name, reason }) =>
    comment(`${name}: ${reason}; kept, because no other column is left.`, '  '),
  );
  const behind = behindLabel.map(
    (name) =>
      `    ${comment(`- ${yamlValue(name)}   # stands behind the label: leave it out if it is known only with the class`)}`,
  );
  if (drops.length === 0) return [...kept, ...(behind.length === 0 ? [] : ['  # drop:', ...behind])];
  const byKind = new Map<string, DroppedColumn[]>();
  for (const drop of drops) byKind.set(drop.kind, [...(byKind.get(drop.kind) ?? []), drop]);
  const listed = [...byKind.values()].flatMap((own) =>
    own.length <= MOST_REASONS
      ? own.flatMap(({ name, reason }) => [comment(`${name}: ${reason}`, '    '), `    - ${yamlValue(name)}`])
      : [
          comment(`${own.length} columns: ${own[0]?.reason}, and so on`, '    '),
          ...own.map(({ name }) => `    - ${yamlValue(name)}`),
        ],
  );
  return [
    ...kept,
    '  # Left out; take a column from the list to train on it.',
    '  drop:',
    ...listed,
    ...behind,
  ];
}

function splitLines({ split: choice }: TableFindings, { fromSpec }: FirstSpecPlace): readonly string[] {
  const shares = { validation: 0.2, test: 0.2 };
  const written = (split: SplitSpec | undefined): SplitSpec => {
    if (split === undefined) return { ...shares, seed: 0 };
    if ('column' in split) return split;
    const paths = (given: DrawnSplitSpec['validation']) => {
      if (given === undefined || typeof given === 'number') return undefined;
      return oneOrMany((typeof given === 'string' ? [given] : given).map(fromSpec));
    };
    const [validation, test] = [paths(split.validation), paths(split.test)];
    return {
      ...shares,
      ...split,
      ...(validation !== undefined && { validation }),
      ...(test !== undefined && { test }),
    };
  };
  return [
    comment(`How rows are divided: ${choice.reason}.`, '  '),
    `  split: ${yamlValue(written(choice.split))}`,
    ...choice.others.flatMap(({ split, reason }) => [
      comment(`Or, if new rows will be of other groups or later times (${reason}):`, '  '),
      `  # split: ${yamlValue(written(split))}`,
    ]),
    ...(choice.small === undefined
      ? []
      : [comment(`${choice.smallReason}.`, '  '), `  min_class_rows: ${yamlValue(choice.small)}`]),
  ];
}

function rareLines(facts: PlannedFacts | undefined): readonly string[] {
  if (facts === undefined) return [];
  const shown = (classes: PlannedFacts['classes']): string =>
    andMore(
      classes.map(({ name, trainRows }) => `${yamlValue(name)} ${trainRows}`),
      MOST_CLASSES,
    );
  const rare = facts.classes.filter(({ isRare }) => isRare);
  return [
    comment(`Training rows of each class: ${shown(facts.classes)}.`, '  '),
    comment(
      `Rare classes, which rare_recall averages over, by default the rarest quarter: ${shown(rare)}.`,
      '  ',
    ),
    '  # rare_classes: {quantile: 0.25}',
  ];
}
