// The tables that docs/models.md shows.
import { markdownTable } from '../../bench/markdown-table.mjs';
import { PEERS } from './peers.mjs';
import { difference, mean, valuesOf } from './score.mjs';
import { KINDS } from './train.mjs';

const number = (value) => value.toFixed(3);
const signed = (value) => `${value < 0 ? '−' : '+'}${number(Math.abs(value))}`;
const seconds = (value) => (value < 10 ? value.toFixed(1) : value.toFixed(0));
const section = (title, head, rows) => `**${title}**\n\n${markdownTable(head, rows)}`;

/** A difference with its 95 % interval; there is none where both are right in the same rows. */
function differenceText(first, second, metric) {
  const { mean, half } = difference(first, second)[metric];
  return half < 1e-9 && Math.abs(mean) < 1e-9 ? 'the same' : `${signed(mean)} ±${number(half)}`;
}

/** Everything that the study prints. */
export function studyText(tables) {
  const [{ programs }] = tables;
  const peers = Object.keys(PEERS).filter((name) => name in programs && name !== 'lightgbm-equal');
  return [
    choicesText(tables),
    ...(peers.length > 0
      ? [
          besideText('Macro-F1', tables, peers, { ours: 'overall', metric: 'macro_f1' }),
          besideText('Rare recall of the choice for rare classes', tables, peers, {
            ours: 'rare',
            metric: 'rare_recall',
          }),
          besideText('Rare recall where each rare class counts more often', tables, peers, {
            ours: 'decided',
            metric: 'rare_recall',
          }),
          besideText('Its macro-F1', tables, peers, { ours: 'decided', metric: 'macro_f1' }),
          besideText('Log loss', tables, peers, { ours: 'overall', metric: 'log_loss' }),
          costsText(tables, peers),
        ]
      : []),
    kindsText(tables),
    sharedText(tables),
    ...('lightgbm-equal' in programs ? [equalText(tables)] : []),
    effectsText(tables),
  ].join('\n\n');
}

function choicesText(tables) {
  const rows = tables.flatMap(({ title, rowCount, featureCount, classes, configurations, programs }) => {
    const size = `${rowCount.toLocaleString('en')} × ${featureCount}, ${classes}`;
    return ['overall', 'rare', 'decided'].map((aim) => {
      const { macro_f1, rare_recall } = valuesOf(programs[aim]);
      const label = `${aim}: ${programs[aim].chosen}`;
      return [title, size, configurations, label, number(macro_f1), number(rare_recall)];
    });
  });
  return section(
    'What is chosen by the validation rows',
    ['table', 'rows × features, classes', 'configurations', 'chosen', 'macro-F1', 'rare recall'],
    rows,
  );
}

/** Ours, then every other program's value with ours less theirs. */
function besideText(title, tables, peers, { ours, metric }) {
  return section(
    title,
    ['table', 'this tool', ...peers.map((peer) => PEERS[peer])],
    tables.map(({ title: table, programs }) => [
      table,
      number(valuesOf(programs[ours])[metric]),
      ...peers.map((peer) => {
        const theirs = programs[peer];
        return `${number(valuesOf(theirs)[metric])} (${differenceText(programs[ours], theirs, metric)})`;
      }),
    ]),
  );
}

function costsText(tables, peers) {
  const names = ['overall', ...peers];
  return section(
    'CPU seconds',
    ['table', 'this tool', ...peers.map((peer) => PEERS[peer])],
    tables.map(({ title, programs }) => [title, ...names.map((name) => seconds(programs[name].cpuSeconds))]),
  );
}

/** The best of each kind of model, and trees of a class less the others. */
function kindsText(tables) {
  const kinds = Object.keys(KINDS);
  const [trees] = kinds;
  return section(
    'Macro-F1 of the best of each kind',
    ['table', ...kinds],
    tables.map(({ title, kinds: own }) => [
      title,
      ...kinds.map((kind) => {
        const value = number(valuesOf(own[kind]).macro_f1);
        return kind === trees ? value : `${value} (${differenceText(own[trees], own[kind], 'macro_f1')})`;
      }),
    ]),
  );
}

/** Pairs of configurations that differ in their kind of trees alone. */
function sharedText(tables) {
  const rows = tables
    .filter(({ pairs }) => pairs.macroF1.length > 0)
    .map(({ title, pairs: { macroF1, logLoss, shared, ofAClass } }) => [
      title,
      signed(mean(macroF1)),
      `${macroF1.filter((value) => value > 0).length} of ${macroF1.length}`,
      signed(mean(logLoss)),
      `${logLoss.filter((value) => value < 0).length} of ${logLoss.length}`,
      `${ofAClass.rounds.toFixed(0)}, ${shared.rounds.toFixed(0)}`,
      `${ofAClass.seconds.toFixed(1)}, ${shared.seconds.toFixed(1)}`,
    ]);
  const head = ['macro-F1', 'higher', 'log loss', 'lower', 'rounds: of a class, shared', 's a run'];
  return section('Shared trees less trees of a class, validation rows', ['table', ...head], rows);
}

function equalText(tables) {
  const head = ['macro-F1: ours', 'LightGBM', 'difference', 'log loss: ours', 'LightGBM', 'difference'];
  return section(
    'Equal settings',
    ['table', ...head, 'CPU s: ours', 'LightGBM'],
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

/** What focal loss and class weights do, by space: means of pairs of configurations that differ in them alone. */
function effectsText(tables) {
  const effect = ({ mean, interval: { low, high } }) => `${signed(mean)} ±${number((high - low) / 2)}`;
  const spaces = [...new Set(tables[0].contrasts.map(({ space }) => space))];
  const valuesIn = ({ contrasts }, space) =>
    contrasts
      .filter((contrast) => contrast.space === space)
      .flatMap(({ knob, values }) =>
        values.map(({ label, ...effect }) => ({ label: `${knob}=${label}`, ...effect })),
      );
  return spaces
    .map((space) => {
      const labels = valuesIn(tables[0], space).map(({ label }) => label);
      return section(
        `Focal loss and class weights: ${space}, validation rows`,
        [
          'table',
          ...labels.map((label) => `${label}: Δ macro-F1`),
          ...labels.map((label) => `${label}: Δ rare recall`),
        ],
        tables.map((table) => [
          table.title,
          ...['macro_f1', 'rare_recall'].flatMap((metric) =>
            valuesIn(table, space).map((value) => effect(value[metric])),
          ),
        ]),
      );
    })
    .join('\n\n');
}
