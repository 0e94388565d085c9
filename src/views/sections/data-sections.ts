import { allNotes, type ColumnCard, classSupport, type Dataset } from '../../data/dataset.js';
import { detectableDifference } from '../../data/split/detectable-difference.js';
import { counted } from '../../wording/counted.js';
import { figure, percent, significant } from '../../wording/numbers.js';
import type { Section } from './section.js';

const LISTED_COLUMNS = 40;

/** What people should know of a table before they sweep over it. */
export function dataSections(dataset: Dataset): readonly Section[] {
  const { card } = dataset;
  return [
    {
      heading: `${card.source}: ${counted(dataset.rowCount, 'row')}, ${counted(dataset.featureCount, 'feature')} from ${counted(card.columns.length, 'column')}, ${counted(dataset.classNames.length, 'class', 'classes')}`,
      notes: [normalization(dataset), duplicates(dataset), detectable(dataset), ...allNotes(card)],
    },
    { heading: 'Classes, most training rows first', table: classTable(dataset), notes: [] },
    columnSection(card.columns),
  ];
}

function normalization({ card }: Dataset): string {
  const { largestMean, largestSdDeviation } = card.normalization;
  const normalised = largestMean < 0.01 && largestSdDeviation < 0.01;
  return `Features ${normalised ? 'are' : 'are NOT'} z-normalised on training rows (${card.normalize}): largest |mean| ${significant(largestMean, 2)}, largest |sd − 1| ${significant(largestSdDeviation, 2)}.`;
}

function duplicates({ card, split }: Dataset): string {
  const measured = split.validation.length + split.test.length;
  const share = percent(card.duplicatesAcrossSplits / Math.max(1, measured), 1);
  return `${card.duplicatesAcrossSplits} of ${measured} validation and test rows (${share}) stand in training too.`;
}

function detectable(dataset: Dataset): string {
  const difference = rareRecallDifference(dataset);
  return `A difference in rare recall under ${figure(difference)} cannot be shown with this many validation rows (two-sided 5 %, power 80 %).`;
}

function classTable(dataset: Dataset) {
  const [train, validation, test] = (['train', 'validation', 'test'] as const).map((split) =>
    classSupport(dataset, split),
  );
  return {
    columns: ['class', 'rare', 'train', 'validation', 'test'],
    rows: dataset.classNames.map((name, index) => [
      name,
      dataset.rareClasses.includes(index) ? 'rare' : '',
      train?.[index] ?? 0,
      validation?.[index] ?? 0,
      test?.[index] ?? 0,
    ]),
  };
}

function columnSection(columns: readonly ColumnCard[]): Section {
  const left = columns.length - LISTED_COLUMNS;
  return {
    heading: 'Columns',
    table: {
      columns: ['column', 'type', 'missing', 'features'],
      rows: columns
        .slice(0, LISTED_COLUMNS)
        .map(({ name, kind, missing, features }) => [name, kind, missing, features]),
    },
    notes: left > 0 ? [`… and ${left} more: --format json`] : [],
  };
}

/** The same for scripts. */
export function dataJson(dataset: Dataset) {
  const { card, classNames, rowCount, featureCount, fingerprint, rareClasses, featureNames } = dataset;
  const support = (split: 'train' | 'validation' | 'test') => [...classSupport(dataset, split)];
  return {
    ...card,
    warnings: card.warnings ?? [],
    rows: rowCount,
    features: featureCount,
    featureNames,
    fingerprint,
    classes: classNames,
    rareClasses: rareClasses.map((index) => classNames[index]),
    support: { train: support('train'), validation: support('validation'), test: support('test') },
    detectableRareRecallDifference: rareRecallDifference(dataset),
  };
}

/** The smallest difference in rare recall that the validation rows can show. */
function rareRecallDifference(dataset: Dataset): number {
  const support = classSupport(dataset, 'validation');
  return detectableDifference(dataset.rareClasses.map((index) => support[index] ?? 0));
}
