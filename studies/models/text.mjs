// The tables that docs/models.md shows.
import { markdownTable } from '../../bench/markdown-table.mjs';
import { PEERS } from './peers.mjs';
import { difference, valuesOf } from './score.mjs';

const PLACES = 3;
const number = (value) => value.toFixed(PLACES);
const signed = (value) => `${value < 0 ? '−' : '+'}${number(Math.abs(value))}`;
const seconds = (value) => (value < 10 ? value.toFixed(1) : value.toFixed(0));

/** A difference with its 95 % interval, which is 0 where both are right in the same rows. */
function differenceText(first, second, metric) {
  const { mean, half } = difference(first, second)[metric];
  if (half === 0 && mean === 0) return 'the same rows';
  return `${signed(mean)} ±${number(half)}`;
}

/** What was chosen, beside others' programs, as tables in Markdown. */
export function studyText(tables) {
  const [first] = tables;
  const peers = Object.keys(first.programs).filter((name) => name in PEERS && name !== 'lightgbm-equal');
  return [
    heading('What the sweep chooses, test rows'),
    markdownTable(
      [
        'table',
        'rows × features, classes',
        'configurations × 3',
        'CPU s',
        'for macro-F1',
        'macro-F1',
        'rare recall',
      ],
      tables.flatMap(({ title, rowCount, featureCount, classes, configurations, programs }) =>
        ['overall', 'rare'].map((aim) => {
          const { macro_f1, rare_recall } = valuesOf(programs[aim]);
          const { cpuSeconds, chosen } = programs[aim];
          const size = `${rowCount.toLocaleString('en')} × ${featureCount}, ${classes}`;
          const label = `${aim === 'rare' ? 'rare classes' : 'overall'}: ${chosen}`;
          return [
            title,
            size,
            configurations,
            seconds(cpuSeconds),
            label,
            number(macro_f1),
            number(rare_recall),
          ];
        }),
      ),
    ),
    ...peers.flatMap((peer) => [heading(PEERS[peer]), againstText(tables, peer)]),
    ...('lightgbm-equal' in first.programs ? [heading('Equal settings'), equalText(tables)] : []),
  ].join('\n\n');
}

const heading = (text) => `**${text}**`;

function againstText(tables, peer) {
  return markdownTable(
    [
      'table',
      'macro-F1',
      'rare recall',
      'log loss',
      'CPU s',
      'Δ macro-F1',
      'Δ rare recall of the rare choice',
      'Δ log loss',
    ],
    tables.map(({ title, programs }) => {
      const theirs = programs[peer];
      const { macro_f1, rare_recall, log_loss } = valuesOf(theirs);
      return [
        title,
        ...[macro_f1, rare_recall, log_loss].map(number),
        seconds(theirs.cpuSeconds),
        differenceText(programs.overall, theirs, 'macro_f1'),
        differenceText(programs.rare, theirs, 'rare_recall'),
        differenceText(programs.overall, theirs, 'log_loss'),
      ];
    }),
  );
}

function equalText(tables) {
  return markdownTable(
    [
      'table',
      'macro-F1: ours',
      'LightGBM',
      'difference',
      'log loss: ours',
      'LightGBM',
      'difference',
      'CPU s: ours',
      'LightGBM',
    ],
    tables.map(({ title, programs: { equal, 'lightgbm-equal': theirs } }) => [
      title,
      ...['macro_f1', 'log_loss'].flatMap((metric) => [
        number(valuesOf(equal)[metric]),
        number(valuesOf(theirs)[metric]),
        differenceText(equal, theirs, metric),
      ]),
      seconds(equal.cpuSeconds),
      seconds(theirs.cpuSeconds),
    ]),
  );
}

/** What focal loss and class weights do, by space: mean of pairs of configurations that differ in them alone, validation rows. */
export function lossText(tables) {
  const effect = ({ mean, interval, verdict }) =>
    `${signed(mean)} (${signed(interval.low)} to ${signed(interval.high)})${['better', 'worse'].includes(verdict) ? `, ${verdict}` : ''}`;
  const rows = tables.flatMap(({ title, contrasts }) =>
    contrasts.flatMap(({ space, contrasts: own }) =>
      own.flatMap(({ knob, values }) =>
        values.map(({ label, macro_f1, rare_recall }) => [
          title,
          space,
          label ?? knob,
          effect(macro_f1),
          effect(rare_recall),
        ]),
      ),
    ),
  );
  return [
    heading('Focal loss and class weights, validation rows'),
    markdownTable(['table', 'space', 'value', 'Δ macro-F1', 'Δ rare recall'], rows),
  ].join('\n\n');
}
