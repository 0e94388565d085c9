import type { Difference } from '../../../analysis/ranking/configuration.js';
import type { Confirmation } from '../../../analysis/ranking/ranking.js';
import type { SweepReport } from '../../../analysis/report.js';
import { metricLabel } from '../../../metric.js';
import { counted } from '../../../wording/counted.js';
import { figure, percent, signed } from '../../../wording/numbers.js';
import { html, type Markup } from '../markup.js';

/** The start of the page: the question, the answer, and the figures behind it. */
export function headlineIntro(report: SweepReport): Markup {
  const { sweep, data, unfinished } = report;
  const progress = [
    `${sweep.complete} of ${counted(sweep.runs, 'run')} finished`,
    counted(sweep.trials, 'configuration'),
    ...(sweep.failed > 0 ? [`${sweep.failed} failed`] : []),
    ...(unfinished > 0 ? [`${unfinished} ${unfinished === 1 ? 'has' : 'have'} no result yet`] : []),
    `ranked by validation ${metricLabel(sweep.metric)}`,
  ];
  return html`${sweep.description !== '' && html`<p>${sweep.description}</p>`}
<p class="soft">${progress.join(' · ')}</p>
${answer(report)}
${data.notes.map((note) => html`<p class="note"><strong>Note.</strong> ${note}</p>`)}
${tiles(report)}`;
}

function answer({ headline, best }: SweepReport): Markup {
  if (headline === null) {
    return html`<div class="lead"><p>${best === null ? 'No run has finished yet.' : `Best so far: ${best.label}.`}</p></div>`;
  }
  const { winner, ties, versusBaseline, confirmation } = headline;
  return html`<div class="lead"><p>${winner}</p>${[ties, versusBaseline, confirmation].map((sentence) => html`<p>${sentence}</p>`)}</div>`;
}

function tiles(report: SweepReport): Markup | null {
  if (report.best === null) return null;
  const { configurations, tied, confirmations, testDifference, best } = report;
  const baseline = confirmations.find((row) => row.isCrossEntropy);
  const chosen = confirmations.find((row) => !row.isCrossEntropy);
  return html`<div class="tiles">
${changeTile('Macro-F1 on test rows', [baseline?.macro_f1, chosen?.macro_f1], testDifference?.macro_f1)}
${changeTile('Rare recall on test rows', [baseline?.rare_recall, chosen?.rare_recall], testDifference?.rare_recall)}
<div class="tile"><small>Tied with the best</small><b>${tied} of ${configurations.length}</b><span>${tied > 1 ? 'configurations cannot be told apart' : 'no other is tied'}</span></div>
<div class="tile"><small>P(best) of rank 1</small><b>${percent(best.bestProbability)}</b><span>ranks ${best.rankInterval.low} to ${best.rankInterval.high} cannot be excluded</span></div>
</div>`;
}

type Value = Confirmation['macro_f1'] | undefined;

function changeTile(
  name: string,
  [before, after]: readonly [Value, Value],
  difference: Difference | undefined,
): Markup | null {
  if (before === undefined || after === undefined || difference === undefined) return null;
  const { mean, interval, verdict } = difference;
  return html`<div class="tile"><small>${name}</small><b><span class="from">${figure(before.mean)}</span> → <span class="to">${figure(after.mean)}</span></b><span>cross-entropy → best other: ${signed(mean)} [${signed(interval.low)}, ${signed(interval.high)}], ${verdict}</span></div>`;
}
