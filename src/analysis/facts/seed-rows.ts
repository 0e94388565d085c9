import { readGroups } from '../../data/split/recorded-groups.js';
import type { EstimateOptions } from '../../metrics/estimates/estimate-trials.js';
import { independentRows } from '../../metrics/noise/splits/row-groups.js';
import { isForProgram } from '../../program.js';
import type { Trial } from '../../sweep.js';
import { sum } from '../../wording/numbers.js';
import type { DatasetRecord, Predictions, RunRow } from './facts.js';

type SplitData = Pick<
  DatasetRecord,
  'validationLabels' | 'validationRows' | 'classNames' | 'support' | 'card'
>;

/** Per trial and run, which rows of the pool it was measured on; undefined where all seeds share one split. */
export function rowsOfRuns(
  { validationRows }: SplitData,
  trials: readonly { readonly runs: readonly Pick<RunRow, 'seed'>[] }[],
): readonly (readonly Uint32Array[])[] | undefined {
  if (validationRows === undefined) return undefined;
  return trials.map(({ runs }) => runs.map(({ seed }) => rowsOf(validationRows, seed)));
}

/** The group of every row in the order of the labels; undefined where rows are drawn one by one. */
export function groupsOfRows(
  { card: { groups }, ...labels }: Pick<DatasetRecord, 'card' | 'validationLabels' | 'testLabels'>,
  split: 'validation' | 'test',
): Uint32Array | undefined {
  return groups && readGroups(groups[split], labels[`${split}Labels`].length);
}

/** True class of every validation row of a seed. */
export function labelsOfSeed({ validationLabels, validationRows }: SplitData, seed: number): Uint16Array {
  if (validationRows === undefined) return validationLabels;
  return Uint16Array.from(rowsOf(validationRows, seed), (row) => validationLabels[row] as number);
}

/** Training rows of each class for a seed. */
export function trainRowsOfSeed(dataset: SplitData, seed: number): readonly number[] {
  const { support, validationRows, card } = dataset;
  if (validationRows === undefined) return support.train;
  const { foldTrainRows } = card;
  if (foldTrainRows !== undefined) return foldTrainRows[(seed - 1) % foldTrainRows.length] ?? [];
  const held = new Map<number, number>();
  for (const label of labelsOfSeed(dataset, seed)) held.set(label, (held.get(label) ?? 0) + 1);
  return support.train.map((rows, index) => rows + (support.validation[index] ?? 0) - (held.get(index) ?? 0));
}

/** How the choice of training rows widens estimates on so many rows. */
export function trainingNoise(
  { support, validationRows, card }: SplitData,
  rows: number,
): Pick<EstimateOptions, 'trainingRows' | 'overlap'> {
  const training = sum(support.train);
  // Of a program with its own data nothing is known.
  if (training === 0) return {};
  if (validationRows === undefined) return { trainingRows: rows / training };
  const { foldTrainRows } = card;
  if (foldTrainRows === undefined) return { overlap: sum(support.validation) / training };
  // Folds by time train on more and more rows: the mean over folds.
  const validating = sum([...validationRows.values()].map(({ length }) => length)) / validationRows.size;
  return { overlap: validating / Math.max(1, sum(foldTrainRows.map(sum)) / foldTrainRows.length) };
}

/** By trial, what a seed is a draw for; undefined where each seed has a split of its own, which is the same for all models. */
export function modelsOf(
  { validationRows }: SplitData,
  trials: readonly { readonly trial: Pick<Trial, 'config' | 'engine'> }[],
): readonly string[] | undefined {
  if (validationRows !== undefined) return undefined;
  return trials.map(({ trial: { config, engine } }) => (isForProgram(config) ? engine : config.model));
}

/** Per class, the independent validation rows behind the runs of a configuration. */
export function measuredRows(
  dataset: DatasetRecord,
  runs: readonly Pick<RunRow, 'seed' | 'runId'>[],
  predictions: Predictions,
): readonly number[] {
  const rows = rowsOfRuns(dataset, [{ runs }])?.[0];
  const groups = groupsOfRows(dataset, 'validation');
  if (rows === undefined && groups === undefined) return dataset.support.validation;
  const { validationLabels: labels, classNames } = dataset;
  const own = runs.map(({ runId }) => predictions.get(runId) ?? new Uint16Array());
  return independentRows({ labels, groups, classCount: classNames.length }, own, rows);
}

function rowsOf(validationRows: NonNullable<SplitData['validationRows']>, seed: number): Uint32Array {
  const rows = validationRows.get(seed);
  if (rows === undefined) throw new Error(`the split of seed ${seed} is not recorded`);
  return rows;
}
