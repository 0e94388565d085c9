import { type BaselineWords, baselineWords } from '../../../analysis/baseline-words.js';
import type { AfterTraining, Choice, Contrast } from '../../../analysis/choices/choice.js';
import { aimWords, configurationWords } from '../../../analysis/choices/choice-sentence.js';
import { metricWords } from '../../../analysis/choices/cost-words.js';
import { rowsText } from '../../../analysis/data/data-summary.js';
import type { Confirmation, Difference } from '../../../analysis/ranking/configuration.js';
import { change } from '../../../analysis/ranking/difference.js';
import type { Headline } from '../../../analysis/ranking/ranking.js';
import type { SweepReport } from '../../../analysis/report.js';
import { type MetricName, metricLabel } from '../../../metric.js';
import { aimMetrics } from '../../../spec/aims.js';
import { counted } from '../../../wording/counted.js';
import { figure, interval, signedWithInterval } from '../../../wording/numbers.js';
import { runsText } from '../../sections/ranking-section.js';
import { tableFrame } from '../figure.js';
import { html, type Markup, named, withCode } from '../markup.js';
import { ensembleTable } from './ensemble-table.js';

/** The start of the page: what was asked, the answers, and the figures behind them. */
export function headlineIntro(report: SweepReport): Markup {
  const { sweep, data, epochChoice, headline } = report;
  const progress = [
    ...runsText(report),
    counted(sweep.trials, 'configuration'),
    `ranked by validation ${metricLabel(sweep.metric)}`,
  ];
  return html`${sweep.description !== '' && html`<p>${sweep.description}</p>`}
<p class="soft">${progress.join(' · ')}</p>
${headline === null ? noAnswer(report) : answers(report, headline)}
${[...(epochChoice.warning === null ? [] : [epochChoice.warning]), ...data.notes].map((note) => html`<p class="note"><strong>Note.</strong> ${withCode(note)}</p>`)}`;
}

function noAnswer({ best }: SweepReport): Markup {
  return html`<div class="lead"><p>${best === null ? 'No run has finished yet.' : `Best so far: ${best.label}.`}</p></div>`;
}

function answers(report: SweepReport, headline: Headline): Markup {
  const { choices, contrasts, confirmations } = report;
  return html`<div class="grid two answers">${choices.map((choice) => choiceCard(choice, confirmations, baselineWords(report.sweep)))}</div>
${contrasts.length > 0 && html`<div class="grid ${contrasts.length > 2 ? 'four' : 'two'}">${contrasts.map(contrastCard)}</div>`}
<details class="numbers"><summary>Details: can it be believed?</summary>
<p>${headline.winner} ${headline.ties}</p><p>${headline.confirmation}</p>${testTable(report)}${ensembleTable(report)}</details>`;
}

/** The answer for one aim. */
function choiceCard(
  { aim, configuration, test, testDifferences, sentence, afterTraining }: Choice,
  confirmations: SweepReport['confirmations'],
  words: BaselineWords,
): Markup {
  const { name } = aim.metric;
  const baseline = confirmations.find(({ isCrossEntropy }) => isCrossEntropy);
  const value = test?.of.get(name);
  const difference = testDifferences?.get(name);
  const of = { name: metricWords(name), before: baseline?.of.get(name), noun: words.noun };
  return html`<div class="card answer"><small>For ${aimWords(aim)}</small>${
    configuration !== null && html`<h3>${named(configurationWords(configuration, words))}</h3>`
  }${value !== undefined && figures({ ...of, after: value, difference })}<p>${sentence}</p>${afterTraining !== null && moreFound(afterTraining, of, name)}</div>`;
}

/** What is found where rare classes count more often. */
function moreFound(
  { test, testDifferences, factor, sentence }: AfterTraining,
  of: Pick<Figures, 'name' | 'before' | 'noun'>,
  metric: MetricName,
): Markup {
  const after = test.get(metric);
  return html`${after !== undefined && figures({ ...of, after, difference: testDifferences.get(metric), now: `rare classes × ${factor}` })}<p>${sentence}</p>`;
}

interface Figures {
  readonly name: string;
  readonly before: Confirmation['ranked'] | undefined;
  readonly after: Confirmation['ranked'];
  readonly difference: Difference | undefined;
  /** What the baseline is called. */
  readonly noun: string;
  /** What it is compared with. */
  readonly now?: string;
}

function figures({ name, before, after, difference, noun, now = 'this' }: Figures): Markup {
  if (before === undefined || difference === undefined) {
    return html`<b><span class="from">${figure(after.mean)}</span></b><span>${name} on the test rows</span>`;
  }
  return html`<b><span class="from">${figure(before.mean)}</span> → <span class="to">${figure(after.mean)}</span></b><span>${name} on the test rows, ${noun} → ${now}: ${difference.verdict}</span>`;
}

function contrastCard({ space, knob, sentence }: Contrast): Markup {
  const question = knob === 'gamma' ? 'Is focal loss worth it?' : 'Are class weights worth it?';
  return html`<div class="card"><h3>${space !== null && html`${named(space)}: `}${question}</h3><p class="soft">${space === null ? sentence : sentence.slice(`${space}: `.length)}</p></div>`;
}

/** What the choices reach on the test rows, in numbers. */
function testTable({ confirmations, shown, choices, sweep, data }: SweepReport): Markup {
  const metrics = [
    ...new Set([
      'macro_f1' as const,
      'rare_recall' as const,
      sweep.metric.name,
      ...choices.flatMap(({ aim }) => aimMetrics(aim)),
    ]),
  ];
  const differencesOf = (trialId: string) =>
    choices.find(({ configuration }) => configuration?.trialId === trialId)?.testDifferences;
  const row = ({ trialId, label, of, optimism }: Confirmation, at: number): Markup => {
    const differences = differencesOf(trialId);
    return html`<tr><td>${shown[at]?.role ?? ''}</td><td>${named(label)}</td>${metrics.map((name) => {
      const own = of.get(name);
      const difference = differences?.get(name);
      if (own === undefined) return html`<td class="n">–</td>`;
      return html`<td class="n">${figure(own.mean)} <small>${interval(own.interval)}</small>${difference !== undefined && html`<br><small>Δ ${change(difference)}</small>`}</td>`;
    })}<td class="n"><small>${signedWithInterval(optimism.ranked)}</small></td><td class="n"><small>${signedWithInterval(optimism.rare_recall)}</small></td></tr>
`;
  };
  const caption = `On ${rowsText(data, 'test')}, which were not used for ranking; Δ to ${baselineWords(sweep).noun}, 95 % for these configurations together. Optimism gap: how much better the validation rows look`;
  return tableFrame(
    'Test rows',
    html`<table><caption>${caption}</caption><thead><tr><th>chosen for</th><th>configuration</th>${metrics.map((name) => html`<th class="n">${name}</th>`)}<th class="n">gap of ${sweep.metric.name}</th><th class="n">gap of rare_recall</th></tr></thead><tbody>
${confirmations.map(row)}</tbody></table>`,
  );
}
