import { existsSync, readFileSync } from 'node:fs';

const folder = new URL('../../shared/fixtures/', import.meta.url);

/** Whether the reference values by PyTorch and scikit-learn are there. */
export const haveFixtures = existsSync(folder);
/** For the title of a test that is skipped without them. */
export const fixturesNote = haveFixtures ? '' : ' (skipped: ../shared/fixtures is absent)';

/** The cases of a file of reference values; none where the folder is absent. */
export function fixtureCases<Case>(name: string): readonly Case[] {
  if (!haveFixtures) return [];
  const file = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as { cases: Case[] };
  return file.cases;
}

export interface FocalLossCase {
  readonly classes: number;
  readonly gamma: number;
  readonly alpha: readonly number[];
  readonly logits: readonly (readonly number[])[];
  readonly targets: readonly number[];
  readonly none: readonly number[];
  readonly mean: number;
  readonly sum: number;
  readonly grad_of_mean: readonly (readonly number[])[];
  readonly extreme?: boolean;
}

export interface TrajectoryCase {
  readonly hidden: readonly number[];
  readonly optimizer: 'adam' | 'adamw' | 'sgd';
  readonly learning_rate: number;
  readonly weight_decay: number;
  readonly momentum: number;
  readonly gamma: number;
  readonly alpha: readonly number[];
  readonly features: readonly (readonly number[])[];
  readonly targets: readonly number[];
  readonly batch_size: number;
  readonly orders: readonly (readonly number[])[];
  readonly initial: LayerValues;
  readonly losses: readonly number[];
  readonly final: LayerValues;
}

interface LayerValues {
  readonly weights: readonly (readonly (readonly number[])[])[];
  readonly biases: readonly (readonly number[])[];
}

export interface MetricsCase {
  readonly classes: number;
  readonly targets: readonly number[];
  readonly predictions: readonly number[];
  readonly precision: readonly number[];
  readonly recall: readonly number[];
  readonly f1: readonly number[];
  readonly support: readonly number[];
  readonly macro_f1: number;
  readonly accuracy: number;
  readonly mcc: number;
  readonly confusion: readonly (readonly number[])[];
}
