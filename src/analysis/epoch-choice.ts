import { type EpochWord, epochWord } from '../knobs/epoch-word.js';
import type { MetricName } from '../metric.js';
import { enginesIn } from '../plan/engines.js';
import { isForProgram } from '../program.js';
import type { AnyConfig, EpochRecord } from '../sweep.js';

/** What to know of how the epochs of runs were chosen. */
export interface EpochChoice {
  /** Why the scores of the runs look better than they are; null where they do not. */
  readonly warning: string | null;
  /** How the scores differ from the learning curves; null where they are the values of the chosen epochs. */
  readonly curves: string | null;
}

/** The versions of the network trainer that scored a run on the rows that had chosen its epoch. */
const SCORED_ON_CHOOSING_ROWS = /^(native\/[a-z]+@[12]|tfjs\/[a-z-]+@1)$/;
const CHOOSES = /^(native\/|tfjs\/|trees@)/;

const WARNING =
  'The best epoch of these runs was chosen on the rows that score it, which flatters; launch again to score each row at an epoch that other rows chose.';
const OWN_CHOICE =
  'A program of your own may choose its epochs, or anything else, by these validation rows: its scores then look better than they are. The test rows say by how much.';
const curvesText = (word: EpochWord): string =>
  `Each tenth of the validation rows is scored at the ${word} that the other rows chose, so scores differ from the values of all rows at the chosen ${word}.`;

/** What the ids of trainers, as one text, tell of runs with these settings. */
export function epochChoice(engine: string, configs: readonly AnyConfig[]): EpochChoice {
  const ids = enginesIn(engine).filter((id) => CHOOSES.test(id));
  const chooses =
    ids.length > 0 && configs.some((config) => !isForProgram(config) && config.select !== 'last');
  const flatters = ids.some((id) => SCORED_ON_CHOOSING_ROWS.test(id));
  const isOwn = configs.some(isForProgram);
  return {
    warning: chooses && flatters ? WARNING : isOwn ? OWN_CHOICE : null,
    curves: chooses && !flatters ? curvesText(epochWord(configs)) : null,
  };
}

/** Whether any of the epochs has a metric: those of older versions have none that came later. */
export function isInEpochs(metric: MetricName, epochs: readonly EpochRecord[]): boolean {
  return epochs.some(({ validation }) => !Number.isNaN(validation[metric]));
}
