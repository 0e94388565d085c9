import { baselineWords } from '../../../analysis/baseline-words.js';
import type { SweepReport } from '../../../analysis/report.js';
import { columnChart } from '../../charts/results/column-importance.js';
import {
  classRecallCharts,
  confusionCharts,
  curveCharts,
  rankedCurve,
  sweepTradeOff,
} from '../../charts/results/result-charts.js';
import { precisionRecallCharts, reliabilityOf } from '../../charts/results/score-charts.js';
import {
  axisCharts,
  courseCharts,
  mapCharts,
  parallel,
  workerTimeline,
} from '../../charts/search/search-charts.js';
import { reportJson } from '../../json/report-json.js';
import type { Look } from '../../renderer.js';
import { columnNotes, SHOWN_COLUMNS } from '../../sections/column-sections.js';
import { shownName } from '../../shown-name.js';
import { chartFigure, colorKey, figureGrid } from '../figure.js';
import { html, withCode } from '../markup.js';
import { type PageSection, renderPage } from '../page.js';
import { adviceSection, postHocTable } from './advice-section.js';
import { dataSection } from './data-section.js';
import { decisionTables } from './decision-tables.js';
import { headlineIntro } from './headline.js';
import { raceTable } from './race-table.js';
import { rankingTable } from './ranking-table.js';
import { spaceTable } from './space-table.js';

/** The report of a sweep as one self-contained HTML file. */
export function reportPage(report: SweepReport, look: Look): string {
  return renderPage({
    eyebrow: 'Sweep report',
    title: report.sweep.name,
    data: reportJson(report),
    intro: headlineIntro(report),
    sections: [
      ...(report.best === null ? [] : resultSections(report, look)),
      ...(report.best === null && report.advice.length === 0 ? [] : [nextSection(report, look)]),
      { id: 'data', heading: 'Data, spec and reproduction', short: 'Data', body: dataSection(report, look) },
    ],
  });
}

function resultSections(report: SweepReport, look: Look): readonly PageSection[] {
  // A program that tells metrics alone has no classes.
  const hasRows = report.classes.length > 0;
  return [
    {
      id: 'ranking',
      heading: 'Ranking',
      short: 'Ranking',
      body: html`${spaceTable(report)}${rankingTable(report)}${raceTable(report)}`,
    },
    {
      id: 'trade-off',
      heading: 'All classes and rare classes',
      short: 'Trade-off',
      body: tradeOffBody(report),
    },
    ...mapSection(report),
    ...(hasRows
      ? [{ id: 'classes', heading: 'Class by class', short: 'Classes', body: classBody(report) }]
      : []),
    ...(report.curves.some(({ points }) => points.length > 0)
      ? [{ id: 'curves', heading: 'Learning curves', short: 'Curves', body: curveBody(report) }]
      : []),
    ...scoreSection(report),
    ...(hasRows
      ? [{ id: 'confusion', heading: 'Confusion matrix', short: 'Confusion', body: confusionBody(report) }]
      : []),
    ...columnSection(report, look),
    ...pickerSection(report),
    { id: 'search', heading: 'Search', short: 'Search', body: searchBody(report) },
    ...postHocSection(report),
  ];
}

/** Any other configuration beside the first that is shown; the page's script draws it from the page's data. */
function pickerSection({ curves, configurations, sweep }: SweepReport): readonly PageSection[] {
  if (curves.length < 2) return [];
  const left = configurations.length - curves.length;
  const body = html`<p class="note">Class by class, over the epochs, and what it confuses, on the validation rows.${left > 0 && ` The ${curves.length} that rank highest; focalsweep compare shows the others.`}</p>
<details><summary>Choose one</summary><div class="tools" data-picker hidden><label>Configuration <select>${curves.map(({ trialId, label, isBaseline }) => html`<option value="${trialId}">${label}${isBaseline && ` (${baselineWords(sweep).tag})`}</option>`)}</select></label></div>
<div data-picked></div><noscript><p class="note">This part needs JavaScript.</p></noscript></details>`;
  return [{ id: 'any', heading: 'Any configuration', short: 'Any', body }];
}

function nextSection(report: SweepReport, look: Look): PageSection {
  return { id: 'advice', heading: 'What to try next', short: 'Next', body: adviceSection(report, look) };
}

function tradeOffBody(report: SweepReport) {
  return html`${colorKey([
    { color: 'best', shape: 'dot', text: 'chosen for an aim, or ranked first' },
    { color: 'baseline', shape: 'dot', text: baselineWords(report.sweep).noun },
    { color: 'tied', shape: 'dot', text: 'tied with the best' },
    { color: 'muted', shape: 'dot', text: 'others' },
  ])}<div class="off-phone">${chartFigure(sweepTradeOff(report), 'wide')}</div><div class="on-phone">${chartFigure(sweepTradeOff(report, 'phone'))}</div>`;
}

function mapSection(report: SweepReport): readonly PageSection[] {
  const maps = mapCharts(report);
  if (maps.length === 0) return [];
  const body = html`<details><summary>Macro-F1 and rare recall by two knobs</summary>${maps.map((charts) =>
    figureGrid(
      charts.map((chart) => chartFigure(chart)),
      charts.length % 3 === 0 ? 'three' : 'two',
    ),
  )}</details>`;
  return [{ id: 'grid', heading: 'The grid', short: 'Grid', body }];
}

function classBody(report: SweepReport) {
  const charts = classRecallCharts(report);
  return html`${colorKey([
    { color: 'baseline', shape: 'dot', text: baselineWords(report.sweep).noun },
    { color: 'best', shape: 'dot', text: otherName(report) },
  ])}${
    charts.length === 1
      ? charts.map((chart) => chartFigure(chart, 'wide'))
      : figureGrid(
          charts.map((chart) => chartFigure(chart, 'scrolling')),
          'two',
        )
  }`;
}

/** What dots are called that are not the baseline's. */
function otherName(report: SweepReport): string {
  const other = report.shown.find(({ configuration }) => !configuration.isCrossEntropy);
  return other === undefined ? 'the choice' : shownName(other.configuration, report);
}

function curveBody(report: SweepReport) {
  const ranked = rankedCurve(report);
  return html`${colorKey([
    { color: 'muted', shape: 'dashes', text: 'training (loss; accuracy)' },
    {
      color: 'best',
      shape: 'line',
      text: `validation (loss; macro-F1${ranked === null ? '' : `; ${ranked}`})`,
    },
    { color: 'best', shape: 'points', text: 'validation rare recall' },
    { color: 'baseline', shape: 'line', text: `the same for ${baselineWords(report.sweep).noun}` },
  ])}<p class="note">Losses of different γ and α have different scales: compare their shapes, and the scores.${report.epochChoice.curves !== null && html` ${report.epochChoice.curves}`}</p>${figureGrid(
    curveCharts(report).map((chart) => chartFigure(chart)),
    ranked === null ? 'four' : 'three',
  )}`;
}

const CONFUSION = 'Validation rows, summed over seeds.';

function scoreSection(report: SweepReport): readonly PageSection[] {
  const reliability = reliabilityOf(report);
  if (reliability === null) return [];
  const charts = [...precisionRecallCharts(report), reliability];
  const other = report.shown[1];
  const body = html`<details><summary>Precision, recall and calibration</summary>${colorKey([
    { color: 'baseline', shape: 'line', text: baselineWords(report.sweep).noun },
    {
      color: 'best',
      shape: 'line',
      text: other === undefined ? 'none' : `${other.role}: ${other.configuration.label}`,
    },
  ])}<p class="note">Precision and recall of a class at every threshold of its probability, on the validation rows, mean over seeds; the dashed line is what rows in random order have.</p>${figureGrid(
    charts.map((chart) => chartFigure(chart)),
    charts.length % 3 === 0 ? 'three' : 'two',
  )}</details>`;
  return [{ id: 'probabilities', heading: 'Probabilities', short: 'Probabilities', body }];
}

function confusionBody(report: SweepReport) {
  const { matrices, changes } = confusionCharts(report);
  const pictures = (charts: typeof matrices) =>
    figureGrid(
      charts.map((chart) => chartFigure(chart, 'scrolling')),
      'two',
    );
  return html`<p class="note">${CONFUSION}</p>${changes.length > 0 && html`<details><summary>Differences from ${report.shown[0]?.role}</summary>${pictures(changes)}</details>`}<details><summary>The matrices</summary>${pictures(matrices)}</details>`;
}

/** What columns mean to the shown configurations, and how to measure it where that is not known. */
function columnSection(report: SweepReport, look: Look): readonly PageSection[] {
  const { views } = report.columnImportance;
  const withGains = views.filter(({ isMeasured }) => !isMeasured);
  const notes = columnNotes(report, withGains, look);
  if (notes.length === 0) return [];
  const charts = views.map((view) => chartFigure(columnChart(view, SHOWN_COLUMNS)));
  const body = html`${notes.map((note) => html`<p class="note">${withCode(note)}</p>`)}${charts.length > 0 && figureGrid(charts, 'four')}`;
  return [{ id: 'columns', heading: 'Which columns matter', short: 'Columns', body }];
}

function searchBody(report: SweepReport) {
  const [lines, timeline] = [parallel(report), workerTimeline(report)];
  return html`<details><summary>Axes, the course of the search, and the threads</summary>${lines !== null && chartFigure(lines, 'wide')}
${figureGrid(
  [...axisCharts(report), ...courseCharts(report)].map((chart) => chartFigure(chart)),
  'four',
)}
${timeline !== null && chartFigure(timeline, 'wide')}</details>`;
}

function postHocSection(report: SweepReport): readonly PageSection[] {
  if (report.postHoc.length === 0) return [];
  return [
    {
      id: 'post-hoc',
      heading: 'Corrections without training',
      short: 'Corrections',
      body: html`${postHocTable(report)}${report.decisions.length > 0 && html`<details><summary>Other decisions</summary>${decisionTables(report)}</details>`}`,
    },
  ];
}
