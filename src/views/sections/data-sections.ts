import type { DataReport } from '../../analysis/data/data-summary.js';
import { counted } from '../../wording/counted.js';
import { figure, significant } from '../../wording/numbers.js';
import type { Section } from './section.js';

const LISTED_COLUMNS = 40;

/** What people should know about a table before they launch a sweep, as sections. */
export function dataSections(data: DataReport): readonly Section[] {
  const { card, rowCount, featureCount, classes, notes } = data;
  return [
    {
      heading: `${card.source}: ${counted(rowCount, 'row')}, ${counted(featureCount, 'feature')} from ${counted(card.columns.length, 'column')}, ${counted(classes.length, 'class', 'classes')}`,
      notes: [normalization(data), ...duplicates(data), detectable(data), ...notes],
    },
    { heading: 'Classes, most training rows first', table: classTable(data), notes: [] },
    columnSection(data),
  ];
}

function normalization({ card, isNormalised }: DataReport): string {
  const { largestMean, largestSdDeviation } = card.normalization;
  if (card.encodeNumbers !== undefined) {
    const { piecewise_linear: bins, bins: cuts } = card.encodeNumbers;
    const between =
      cuts === 'target' ? 'cuts that tell their classes apart' : 'quantiles of the training rows';
    const written = `piecewise_linear: ${bins}${cuts === undefined ? '' : `, bins: ${cuts}`}`;
    return `A number is up to ${bins} features in [0, 1], between ${between} (${written}; normalize: ${card.normalize}).`;
  }
  if (card.normalize !== 'zscore' && card.normalize !== 'none') {
    return `Numbers are scaled on training rows (${card.normalize}): largest |mean| ${significant(largestMean, 2)}, largest |sd − 1| ${significant(largestSdDeviation, 2)}.`;
  }
  return `Features ${isNormalised ? 'are' : 'are NOT'} z-normalised on training rows (${card.normalize}): largest |mean| ${significant(largestMean, 2)}, largest |sd − 1| ${significant(largestSdDeviation, 2)}.`;
}

/** Where there are copied rows, a warning says it. */
function duplicates({ card, measuredRows }: DataReport): string[] {
  const { duplicatesAcrossSplits, nearDuplicatesAcrossSplits = 0 } = card;
  return duplicatesAcrossSplits + nearDuplicatesAcrossSplits > 0
    ? []
    : [`None of ${measuredRows} validation and test rows is also in training.`];
}

function detectable({ detectableDifference }: DataReport): string {
  return `A difference in rare recall below ${figure(detectableDifference)} cannot be shown by one seed with this many validation rows (paired, two-sided 5 %, power 80 %).`;
}

function classTable({ classes }: DataReport) {
  return {
    columns: ['class', 'rare', 'train', 'validation', 'test'],
    rows: classes.map(({ name, rare, train, validation, test }) => [
      name,
      rare ? 'rare' : '',
      train,
      validation,
      test,
    ]),
  };
}

function columnSection({ card: { columns } }: DataReport): Section {
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
