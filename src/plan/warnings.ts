import type { Dataset } from '../data/dataset.js';
import { classSupport } from '../data/dataset.js';
import { countsUnder } from '../knobs/idle-knobs.js';
import { KNOB_DEFAULTS } from '../knobs/knobs.js';
import { isCountMetric } from '../metric.js';
import { isForProgram } from '../program.js';
import { valueCount } from '../spec/distribution.js';
import { knobValues, type Space, type SweepSpec } from '../spec/sweep-spec.js';
import { counted } from '../wording/counted.js';
import { percent } from '../wording/numbers.js';

const FEW_VALIDATION_ROWS = 10;
/** Below it the smaller of two classes is a needle in a haystack: metrics of ranks see it better. */
export const SMALL_SHARE = 0.05;

/** What the user should know before spending time on this sweep; each a sentence. */
export function planWarnings(spec: SweepSpec, dataset: Dataset): readonly string[] {
  return [
    ...ofSpaces(spec, scalarAlpha),
    ...ofSpaces(spec, idleAxes),
    ...fewSeeds(spec),
    ...ofSpaces(spec, patienceNeverActs),
    ...notNormalised(dataset),
    ...(dataset.card.warnings ?? []),
    ...fewRows(dataset),
    ...fewPositives(spec, dataset),
  ];
}

/** What is said of each space, with its name where it has one. */
function ofSpaces({ spaces }: SweepSpec, warningsOf: (space: Space) => readonly string[]): readonly string[] {
  return spaces.flatMap((space) =>
    warningsOf(space).map((warning) => (space.name === null ? warning : `${space.name}: ${warning}`)),
  );
}

/** Two classes of which one is small: what the default metric does not see. */
function fewPositives({ metric }: SweepSpec, dataset: Dataset): readonly string[] {
  const [most = 0, fewest = 0] = classSupport(dataset, 'train');
  const share = fewest / (most + fewest);
  if (
    dataset.classNames.length !== 2 ||
    Number.isNaN(share) ||
    share >= SMALL_SHARE ||
    !isCountMetric(metric.name)
  )
    return [];
  return [
    `${dataset.classNames[1]} is ${percent(share, 1)} of the training rows (${counted(fewest, 'row')}): accuracy is high without finding any, and ${metric.name} judges the threshold of a half alone. \`metric: {name: average_precision}\` judges how rows are ranked; with \`metric: {name: recall_at_precision, precision: 0.9}\` it is what is found if nine of ten alarms are right.`,
  ];
}

function scalarAlpha(space: Space): readonly string[] {
  const scalars = knobValues(space, 'alpha').filter((alpha) => typeof alpha === 'number');
  if (scalars.length < 2) return [];
  const adaptive = knobValues(space, 'optimizer').filter((optimizer) => optimizer !== 'sgd');
  const effect =
    space.base.model === 'trees'
      ? 'In trees it changes almost nothing'
      : isForProgram(space.base)
        ? 'Under most optimisers it changes almost nothing'
        : adaptive.length > 0
          ? `Under ${adaptive.join(' and ')} it changes almost nothing`
          : 'Under sgd it is a second learning rate';
  return [
    `alpha: ${scalars.join(', ')} are scalars, and a scalar only scales the loss. ${effect}; use \`balanced\`, \`{effective_number: 0.999}\` or a map of classes to weigh classes against each other.`,
  ];
}

/** Axes that training does not look at under some of the sweep's values of another knob. */
function idleAxes(space: Space): readonly string[] {
  if (isForProgram(space.base)) return [];
  return space.axes.flatMap(({ knob, distribution }) => {
    const condition = countsUnder(knob);
    if (condition === undefined || valueCount(distribution) < 2) return [];
    const others = knobValues(space, condition.knob).filter((value) => !condition.values.includes(value));
    return others.length === 0
      ? []
      : [
          `${knob} is an axis, but only ${condition.values.join(' and ')} uses it: under ${others.join(' and ')} its values are one configuration.`,
        ];
  });
}

function fewSeeds(spec: SweepSpec): readonly string[] {
  return spec.seeds.length < 3
    ? [
        `${counted(spec.seeds.length, 'seed')} per configuration cannot tell a better configuration from a luckier one; use \`seeds: 3\` or more.`,
      ]
    : [];
}

function patienceNeverActs(space: Space): readonly string[] {
  const numbers = (knob: string) => knobValues(space, knob).filter((value) => typeof value === 'number');
  const longest = Math.max(...numbers('epochs'));
  // Nobody chose the default.
  const chosen = numbers('patience').filter((patience) => patience !== KNOB_DEFAULTS.patience);
  const idle = Number.isFinite(longest) ? chosen.filter((patience) => patience >= longest) : [];
  return idle.length > 0
    ? [
        `patience ${idle.join(', ')} ${idle.length === 1 ? 'never stops' : 'never stop'} a run of ${counted(longest, 'epoch')}.`,
      ]
    : [];
}

function notNormalised(dataset: Dataset): readonly string[] {
  const { normalize, normalization } = dataset.card;
  const { largestMean, largestSdDeviation } = normalization;
  if (normalize !== 'none' || dataset.featureCount === 0) return [];
  return largestMean > 0.01 || largestSdDeviation > 0.01
    ? [
        `features are not z-normalised (largest mean ${largestMean.toPrecision(2)}, sd off by ${largestSdDeviation.toPrecision(2)}): set \`normalize: zscore\`.`,
      ]
    : [];
}

function fewRows(dataset: Dataset): readonly string[] {
  const support = classSupport(dataset, 'validation');
  const rowsOf = dataset.classNames.map((name, index) => ({ name, rows: support[index] as number }));
  const measured = rowsOf.filter(({ rows }) => rows > 0);
  const few = measured.filter(({ rows }) => rows < FEW_VALIDATION_ROWS).map(({ name }) => name);
  return few.length > 0
    ? [
        `${few.length} of ${measured.length} classes ${few.length === 1 ? 'has' : 'have'} fewer than ${FEW_VALIDATION_ROWS} validation rows (${few.slice(0, 4).join(', ')}${few.length > 4 ? ', …' : ''}): one row more or less moves ${few.length === 1 ? 'its' : 'their'} recall by over ${100 / FEW_VALIDATION_ROWS} points, and makes every mean over classes less certain. \`min_class_rows:\` with \`action: train_only\` trains on such classes without measuring them.`,
      ]
    : [];
}
