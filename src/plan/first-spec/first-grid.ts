import type { TableFindings } from '../../data/inspect/inspect-table.js';
import { percent } from '../../wording/numbers.js';
import { SMALL_SHARE } from '../warnings.js';
import { yamlValue } from './yaml-text.js';

const SMALL_TABLE = 2000;
const LARGE_TABLE = 100_000;

/** Whether a table has two classes and few rows of one. */
export function hasFewPositives({ classRows }: Pick<TableFindings, 'classRows'>): boolean {
  const [most = 0, fewest = 0] = classRows;
  return classRows.length === 2 && fewest < SMALL_SHARE * (most + fewest);
}

/** The lines of a first grid: what is ranked, axes, models and seeds. */
export function gridLines(findings: TableFindings): readonly string[] {
  return hasFewPositives(findings) ? fewPositives(findings) : manyClasses(findings);
}

function manyClasses({ rowCount }: TableFindings): readonly string[] {
  const batch = batchSize(rowCount);
  return [
    '# Macro-F1 counts every class alike; `rare_recall` is shown beside it.',
    'metric: {name: macro_f1}',
    'parameters:                    # of both models',
    '  alpha: {values: [1, balanced]}   # class weights: none, or inverse to the rows of a class',
    '  gamma: {values: [0, 2]}          # 0 is cross-entropy, 2 is focal loss',
    'spaces:',
    '  - name: network',
    '    model: {type: mlp, hidden: [64]}',
    '    parameters: {learning_rate: {values: [0.01, 0.003]}}',
    `    train: {epochs: 30, batch_size: ${batch}, optimizer: adam, patience: 7}`,
    '  - name: trees',
    '    model: {type: trees}',
    '    train: {learning_rate: 0.2, epochs: 30, patience: 8}',
    'seeds: 3                       # five or more tell closer configurations apart',
  ];
}

/** The recipe of docs/two-classes.md. */
function fewPositives({ rowCount, classRows }: TableFindings): readonly string[] {
  const [most = 0, fewest = 0] = classRows;
  return [
    `# Two classes, and ${percent(fewest / (most + fewest), 1)} of the rows (${fewest}) are of the smaller one: a metric of ranks, which needs no threshold.`,
    '# If one in so many alarms must be right: {name: recall_at_precision, precision: 0.9}.',
    'metric: {name: average_precision}',
    'parameters:',
    '  alpha: {values: [1, balanced]}             # class weights: none, or inverse to the rows of a class',
    '  sampler: {values: [shuffle, balanced]}     # the same by drawing rows: both at once correct twice',
    '  learning_rate: {values: [0.003, 0.001]}',
    'seeds: 5                                     # few rows of the smaller class: one seed says little',
    'model: {type: mlp, hidden: [32]}',
    `train: {epochs: 20, patience: 5, batch_size: ${Math.max(batchSize(rowCount), 64)}}`,
  ];
}

function batchSize(rows: number): number {
  if (rows < SMALL_TABLE) return 32;
  return rows > LARGE_TABLE ? 256 : 128;
}

/** What mistakes may cost, as a comment. */
export function costLines(findings: TableFindings, smaller: string | undefined): readonly string[] {
  if (!hasFewPositives(findings) || smaller === undefined) return [];
  return [
    '# What a missed row costs, if a false alarm costs 1; then `metric: {name: expected_cost}` ranks by it:',
    `# costs: ${yamlValue({ [smaller]: 50 })}`,
  ];
}
