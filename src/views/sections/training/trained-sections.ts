import type { RunOutcome } from '../../../analysis/shown/run-report.js';
import type { TestOutcome, TrainedReport } from '../../../analysis/shown/trained-report.js';
import { epochWord, KEPT } from '../../../knobs/epoch-word.js';
import { figure } from '../../../wording/numbers.js';
import { knobTable, knownMetrics } from '../run-sections.js';
import type { Section } from '../section.js';

/** A run that was trained alone as sections; its epochs were shown while it trained. */
export function trainedSections({ run, test, advice }: TrainedReport): readonly Section[] {
  const { label, seed, state, config, error, outcome } = run;
  const head: Section = {
    heading: `${label} seed ${seed}, ${state}`,
    notes: error === null ? [] : [`Failed: ${error}`],
  };
  const kept = outcome === null || test === null ? null : { outcome, test };
  return [
    head,
    ...(kept === null
      ? []
      : [metricSection(kept.outcome, kept.test, run), classSection(kept.outcome, kept.test)]),
    { heading: 'Settings', table: knobTable(config, {}), notes: [] },
    ...(advice.length === 0
      ? []
      : [
          {
            heading: 'What to try next',
            notes: advice.map(({ title, evidence, action }) => `${title}. ${evidence} ${action}`),
          },
        ]),
  ];
}

function metricSection(
  outcome: RunOutcome,
  test: TestOutcome,
  { config, epochChoice }: TrainedReport['run'],
): Section {
  const { chosenEpoch, epochs, stoppedBy, loss, metrics } = outcome;
  const word = epochWord([config]);
  return {
    heading: `Metrics, ${KEPT[word]} ${chosenEpoch} of ${epochs.length} (stopped by ${stoppedBy === 'epochs' ? `${word}s` : stoppedBy})`,
    table: {
      columns: ['metric', 'validation', 'test'],
      rows: [
        ['loss', figure(loss, 4), figure(test.loss, 4)],
        ...knownMetrics(metrics).map((name) => [
          name,
          figure(metrics[name], 4),
          figure(test.metrics[name], 4),
        ]),
      ],
    },
    notes: [
      ...(epochChoice.warning === null ? [] : [epochChoice.warning]),
      'Choose settings by the validation rows; the test rows say what the last choice is worth.',
    ],
  };
}

function classSection(outcome: RunOutcome, test: TestOutcome): Section {
  const share = (value: number, support: number): string | null => (support === 0 ? null : figure(value));
  return {
    heading: 'Classes',
    table: {
      columns: ['class', 'rare', 'val.', 'precision', 'recall', 'f1', 'test', 'test recall'],
      rows: outcome.classes.map(({ name, rare, support, precision, recall, f1 }, at) => {
        const tested = test.classes[at];
        return [
          name,
          rare ? 'rare' : '',
          support,
          ...[precision, recall, f1].map((value) => share(value, support)),
          tested?.support ?? null,
          tested === undefined ? null : share(tested.recall, tested.support),
        ];
      }),
    },
    notes: ['Precision, recall and f1 are of the validation rows; val. and test count rows.'],
  };
}
