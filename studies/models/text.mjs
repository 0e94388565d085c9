// The tables that docs/models.md shows.
import { markdownTable } from '../../bench/markdown-table.mjs';
import { PEERS } from './peers.mjs';
import { difference, mean, valuesOf } from './score.mjs';
import { KINDS } from './train.mjs';

const sum = (values) => values.reduce((total, value) => total + value, 0);
const number = (value) => value.toFixed(3);
const signed = (value) => `${value < 0 ? '−' : '+'}${number(Math.abs(value))}`;
const seconds = (value) => (value < 10 ? value.toFixed(1) : value.toFixed(0));
const section = (title, head, rows) => `**${title}**\n\n${markdownTable(head, rows)}`;

/** By fold, the scores of a program. */
const ofProgram = ({ folds }, name) => folds.map(({ programs }) => programs[name]);
const ofKind = ({ folds }, kind) => folds.map(({ kinds }) => kinds[kind]);

/** A difference with its 95 % interval; there is none where both are right in the same rows. */
function differenceText(first, second, metric) {
  const { mean, half } = difference(first, second)[metric];
  return half < 1e-9 && Math.abs(mean) < 1e-9 ? 'the same' : `${signed(mean)} ±${number(half)}`;
}

/** Everything that the study prints. */
export function studyText(tables) {
  const [{ programs }] = tables[0].folds;
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
  const rows = tables.flatMap((table) => {
    const [{ rowCount, featureCount, classes, configurations }] = table.folds;
    const size = `${rowCount.toLocaleString('en')} × ${featureCount}, ${classes}`;
    const tested = `${table.folds.length}, ${sum(table.folds.map(({ rareRows }) => rareRows))}`;
    return ['overall', 'rare', 'decided'].map((aim) => {
      const { macro_f1, rare_recall } = valuesOf(ofProgram(table, aim));
      const label = `${aim}: ${timesText(ofProgram(table, aim).map(({ chosen }) => chosen))}`;
      return [table.title, size, tested, configurations, label, number(macro_f1), number(rare_recall)];
    });
  });
  const head = ['table', 'rows × features, classes', 'folds, rare test rows', 'configurations', 'chosen'];
  return section('What is chosen by the validation rows', [...head, 'macro-F1', 'rare recall'], rows);
}

/** Texts with how often each stands there, if some differ. */
function timesText(texts) {
  const times = (text) => texts.filter((own) => own === text).length;
  const different = [...new Set(texts)].toSorted((a, b) => times(b) - times(a));
  return different.map((text) => (different.length > 1 ? `${times(text)} × ${text}` : text)).join('; ');
}

/** Ours, then every other program's value with ours less theirs. */
function besideText(title, tables, peers, { ours, metric }) {
  return section(
    title,
    ['table', 'this tool', ...peers.map((peer) => PEERS[peer])],
    tables.map((table) => [
      table.title,
      number(valuesOf(ofProgram(table, ours))[metric]),
      ...peers.map((peer) => {
        const theirs = ofProgram(table, peer);
        return `${number(valuesOf(theirs)[metric])} (${differenceText(ofProgram(table, ours), theirs, metric)})`;
      }),
    ]),
  );
}

function costsText(tables, peers) {
  const names = ['overall', ...peers];
  return section(
    'CPU seconds of a fold',
    ['table', 'this tool', ...peers.map((peer) => PEERS[peer])],
    tables.map((table) => [
      table.title,
      ...names.map((name) => seconds(mean(ofProgram(table, name).map(({ cpuSeconds }) => cpuSeconds)))),
    ]),
  );
}

/** The best of each kind of model, and trees of a class less the others. */
function kindsText(tables) {
  const kinds = Object.keys(KINDS);
  const [trees] = kinds;
  return section(
    'Macro-F1 of the best of each kind',
    ['table', ...kinds],
    tables.map((table) => [
      table.title,
      ...kinds.map((kind) => {
        const own = ofKind(table, kind);
        const value = number(valuesOf(own).macro_f1);
        return kind === trees ? value : `${value} (${differenceText(ofKind(table, trees), own, 'macro_f1')})`;
      }),
    ]),
  );
}

/** Pairs of configurations that differ in their kind of trees alone, of all folds. */
function sharedText(tables) {
  const rows = tables.map(({ title, folds }) => {
    const differences = (metric) => folds.flatMap(({ pairs }) => pairs[metric]);
    const [macroF1, logLoss] = [differences('macroF1'), differences('logLoss')];
    const took = (kind, what) => mean(folds.map(({ pairs }) => pairs[kind][what]));
    return [
      title,
      signed(mean(macroF1)),
      `${macroF1.filter((value) => value > 0).length} of ${macroF1.length}`,
      signed(mean(logLoss)),
      `${logLoss.filter((value) => value < 0).length} of ${logLoss.length}`,
      ['ofAClass', 'shared'].map((kind) => took(kind, 'rounds').toFixed(0)).join(', '),
      ['ofAClass', 'shared'].map((kind) => took(kind, 'seconds').toFixed(1)).join(', '),
    ];
  });
  const head = ['macro-F1', 'higher', 'log loss', 'lower', 'rounds: of a class, shared', 's a run'];
  return section('Shared trees less trees of a class, validation rows', ['table', ...head], rows);
}

function equalText(tables) {
  const head = ['macro-F1: ours', 'LightGBM', 'difference', 'log loss: ours', 'LightGBM', 'difference'];
  return section(
    'Equal settings',
    ['table', ...head, 'CPU s: ours', 'LightGBM'],
    tables.map((table) => {
      const both = ['equal', 'lightgbm-equal'].map((name) => ofProgram(table, name));
      return [
        table.title,
        ...['macro_f1', 'log_loss'].flatMap((metric) => [
          ...both.map((own) => number(valuesOf(own)[metric])),
          differenceText(...both, metric),
        ]),
        ...both.map((own) => seconds(mean(own.map(({ cpuSeconds }) => cpuSeconds)))),
      ];
    }),
  );
}

/** What focal loss and class weights do, by space: means of pairs of configurations that differ in them alone, and of folds. */
function effectsText(tables) {
  const { contrasts } = tables[0].folds[0];
  return [...new Set(contrasts.map(({ space }) => space))]
    .map((space) => {
      const labels = [...effectsOf(tables[0].folds[0], space).keys()].toSorted();
      const effects = ({ folds }) => effectsIn(folds, space, labels);
      return section(
        `Focal loss and class weights: ${space}, validation rows`,
        [
          'table',
          ...labels.map((label) => `${label}: Δ macro-F1`),
          ...labels.map((label) => `${label}: Δ rare recall`),
        ],
        tables.map((table) => [
          table.title,
          ...['macro_f1', 'rare_recall'].flatMap((metric) => effects(table).map((effect) => effect[metric])),
        ]),
      );
    })
    .join('\n\n');
}

/** By value of a knob. */
function effectsOf({ contrasts }, space) {
  const own = contrasts.filter((contrast) => contrast.space === space);
  return new Map(own.flatMap(({ knob, values }) => values.map((value) => [`${knob}=${value.label}`, value])));
}

/** Folds share training rows, so the interval of their mean is no narrower than theirs. */
function effectsIn(folds, space, labels) {
  const byFold = folds.map((fold) => effectsOf(fold, space));
  return labels.map((label) => {
    const text = (metric) => {
      const all = byFold.map((effects) => effects.get(label)[metric]);
      const half = mean(all.map(({ interval: { low, high } }) => (high - low) / 2));
      return `${signed(mean(all.map((effect) => effect.mean)))} ±${number(half)}`;
    };
    return { macro_f1: text('macro_f1'), rare_recall: text('rare_recall') };
  });
}
