import { isFromSeeds } from '../../analysis/ranking/difference.js';
import type { CardMetric, CardOrigin, CardValue, ModelCard } from '../../analysis/shown/model-card.js';
import { featureNames } from '../../model/preparation.js';
import { fence } from '../../wording/code-span.js';
import { counted } from '../../wording/counted.js';
import { figure, interval, seedList, withCommas } from '../../wording/numbers.js';
import { drawnWords } from '../sections/ranking-section.js';
import { knobTable } from '../sections/run-sections.js';
import type { Section } from '../sections/section.js';

/** A model card as sections. */
export function cardSections(card: ModelCard): readonly Section[] {
  const { origin, config } = card;
  return [
    headSection(card),
    useSection(card),
    ...(origin === null ? [] : [metricSection(origin), dataSection(origin), choiceSection(origin)]),
    columnSection(card),
    {
      heading: 'Configuration',
      table: knobTable(config, origin?.configuration?.point ?? {}),
      notes: versionNotes(card),
    },
  ];
}

function headSection({ classNames, members, isOfTrees, origin, decision }: ModelCard): Section {
  const kind = isOfTrees ? 'Boosted trees' : 'A neural network';
  const label = origin?.configuration?.label;
  return {
    heading: `Model card: ${origin === null ? counted(classNames.length, 'class', 'classes') : origin.sweep.name}`,
    notes: [
      `${kind} for ${counted(classNames.length, 'class', 'classes')}: ${classNames.map((name) => JSON.stringify(name)).join(', ')}.`,
      members.length === 1
        ? `Trained with seed ${members[0]?.seed}.`
        : `An ensemble of ${members.length} seeds (${seedList(members.map(({ seed }) => seed))}): probabilities are the mean of theirs.`,
      ...(label === undefined ? [] : [`Configuration: ${label}.`]),
      ...decisionNotes(decision, classNames),
    ],
  };
}

function decisionNotes(decision: ModelCard['decision'], classNames: readonly string[]): readonly string[] {
  if (decision === undefined) {
    return ['It answers with the class of the largest probability; no threshold was chosen.'];
  }
  return [
    `Decision: ${decision.name}. ${decisionWords(decision, classNames)}`,
    'The decision was found on the validation rows. What it gains is in the report of the sweep, under decisions after training and thresholds for a stated limit; metrics of this card are those of the most probable class.',
  ];
}

function decisionWords(decision: NonNullable<ModelCard['decision']>, classNames: readonly string[]): string {
  const name = (cls: number) => JSON.stringify(classNames[cls]);
  if (decision.kind === 'threshold') {
    return `It answers with ${name(decision.classIndex)} where its probability is at least ${shortest(decision.threshold)}, elsewhere with the most probable other class.`;
  }
  const offsets = decision.offsets.map((offset, cls) => `${name(cls)} ${figure(offset)}`).join(', ');
  return decision.kind === 'offsets'
    ? `It answers with the class of the largest log p + offset. Offsets in nats: ${offsets}.`
    : `It answers with the class of the least expected cost under softmax(log p / ${figure(decision.temperature)} + offset). Offsets in nats: ${offsets}. Costs are those of the sweep.`;
}

/** Thresholds may be tiny. */
function shortest(threshold: number): string {
  return String(Number(threshold.toPrecision(5)));
}

function useSection({ classNames, config, origin }: ModelCard): Section {
  const few = (origin?.data.classes ?? []).filter(({ rare }) => rare);
  const isWeighted =
    'gamma' in config && (config.gamma !== 0 || config.alpha !== 1 || config.sampler !== 'shuffle');
  return {
    heading: 'Use',
    notes: [
      'For rows with the columns below, measured as in the table that it was trained on.',
      `Not for classes other than these ${classNames.length}: it gives every row one of them, whatever the row is.`,
      'Not for rows of another source or a later time without a look at its metrics on labelled rows of those.',
      ...(isWeighted
        ? [
            'Not for probabilities as frequencies: a loss or sampler that favours hard or rare rows moves them.',
          ]
        : []),
      ...(few.length === 0
        ? []
        : [
            `Not for decisions about single rows of rare classes without a check: ${few.map(({ name, train, validation }) => `${name} (${train} training and ${counted(validation, 'validation row')})`).join(', ')}.`,
          ]),
      'Not for decisions about people that nobody looks at: nothing here measures who is wronged by mistakes.',
    ],
  };
}

function metricSection({ metrics, data, draws, configuration }: CardOrigin): Section {
  const isTested = metrics.some(({ test }) => test !== null);
  const isEnsemble = metrics.some(({ ensemble }) => ensemble !== null);
  const bySeeds = metrics.flatMap(({ name, validation, test }) =>
    [validation, test].some((own) => own !== null && isFromSeeds(own)) ? [name] : [],
  );
  const shown = (value: CardValue | null) => [
    value === null ? null : figure(value.mean),
    value?.interval ? interval(value.interval) : null,
  ];
  return {
    heading: 'Metrics',
    table: {
      columns: [
        ...['metric', 'validation', '95 %', ...(isTested ? ['test', 'test 95 %'] : [])],
        ...(isEnsemble ? ['ensemble, test', 'ensemble, test 95 %'] : []),
      ],
      rows: metrics.map(({ name, validation, test, ensemble }: CardMetric) => [
        name,
        ...shown(validation),
        ...(isTested ? shown(test) : []),
        ...(isEnsemble ? shown(ensemble) : []),
      ]),
    },
    notes: [
      `Means over ${counted(configuration?.seeds.length ?? 0, 'seed')}, each seed alone, on ${data.rows.validation} validation rows${isTested ? ` and ${data.rows.test} test rows` : ''}.`,
      `Intervals cover the sampling of ${drawnWords(data)} (${withCommas(draws)} draws) and the seeds${bySeeds.length === 0 ? '' : `; those of ${bySeeds.join(', ')} cover the seeds alone`}.`,
      ...(isEnsemble
        ? [
            'Ensemble: this model, all seeds together, on the test rows. Its intervals are of rows alone, for these seeds.',
          ]
        : []),
      isTested
        ? 'The configuration was chosen by the validation rows, so their figures flatter it; the test rows took no part.'
        : 'The configuration was chosen by the validation rows, so their figures flatter it. Test rows are looked at for the baseline and the choices alone, so there are none here.',
    ],
  };
}

function dataSection({ data }: CardOrigin): Section {
  const { card, rowCount, featureCount, fingerprint, classes, notes } = data;
  return {
    heading: 'Data',
    table: {
      columns: ['class', 'rare', 'train', 'validation', 'test'],
      rows: classes.map(({ name, rare, train, validation, test }) => [
        name,
        rare ? 'rare' : '',
        ...[train, validation, test],
      ]),
    },
    notes: [
      `${card.source}: ${counted(rowCount, 'row')}, ${counted(featureCount, 'feature')}, ${counted(classes.length, 'class', 'classes')}.`,
      `Fingerprint: ${fingerprint}.`,
      ...notes,
    ],
  };
}

function choiceSection({ sweep, configuration, ranked, tied, role, choices }: CardOrigin): Section {
  return {
    heading: 'How it was chosen',
    notes: [
      configuration === null
        ? `It is not ranked in sweep ${sweep.name}.`
        : `Rank ${configuration.rank} of ${counted(ranked, 'configuration')} of sweep ${sweep.name} by ${sweep.metric.name} on the validation rows.`,
      ...(configuration?.isTied && tied > 1
        ? [`It is one of ${tied} that cannot be told from each other.`]
        : []),
      ...(role === null ? [] : [`Its part in the report: ${role}.`]),
      ...choices,
    ],
  };
}

function columnSection({ columns }: ModelCard): Section {
  return {
    heading: 'Columns',
    table: {
      columns: ['column', 'type', 'features'],
      rows: columns.map((column) => [
        column.column,
        column.kind === 'numeric' ? 'number' : counted(column.categories.length, 'category', 'categories'),
        featureNames(column).length,
      ]),
    },
    notes: ['A missing value and a category that training rows do not have are allowed in every column.'],
  };
}

function versionNotes({ members, origin, writtenBy }: ModelCard): readonly string[] {
  const trainers = [...new Set(members.map(({ trainerId }) => trainerId))];
  const environment = origin?.sweep.environment;
  return [
    `Trained by ${trainers.join(', ')}${environment ? `, ${environment}` : ''}.`,
    `Runs: ${members.map(({ runId, seed }) => `${runId} (seed ${seed})`).join(', ')}.`,
    `Written by ${writtenBy}.`,
  ];
}
/** A spec as it was written, as a part of a document. */
export function specMarkdown(specText: string): string {
  const ticks = fence(specText, 3);
  return `## Spec\n\n${ticks}yaml\n${specText.trimEnd()}\n${ticks}`;
}
