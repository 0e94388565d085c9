import type { SweepReport } from '../../../analysis/report.js';
import type { BeforeAfter } from '../../../metrics/decisions/logit-adjustment.js';
import type { AtThreshold } from '../../../metrics/decisions/stated-limits.js';
import { figure } from '../../../wording/numbers.js';
import { changeText, DECISION_NOTE, limitText, scoresIn } from '../../sections/decision-sections.js';
import { shownName } from '../../shown-name.js';
import { tableFrame } from '../figure.js';
import { html, type Markup, named, withCode } from '../markup.js';

/** What other ways to decide gain, and what thresholds for a stated limit find. */
export function decisionTables(report: SweepReport): Markup {
  return html`${decisionTable(report)}${thresholdTable(report)}`;
}

function decisionTable(report: SweepReport): Markup | null {
  const { decisions } = report;
  if (decisions.length === 0) return null;
  const scores = scoresIn(decisions);
  const heads = ['', 'test '].flatMap((split) => scores.map((name) => `${split}${name}`));
  const rows = decisions.map(
    (view) =>
      html`<tr><td>${shownName(view, report)}</td><td class="nowrap">${view.decision}</td>${scores.map((name) => changeCell(view.validation[name]))}${scores.map((name) => changeCell(view.test?.[name] ?? null))}</tr>
`,
  );
  return html`<h3>Decisions after training</h3><p>${withCode(DECISION_NOTE)}</p>${tableFrame(
    'Decisions after training',
    html`<table><caption>Before → after, means over seeds</caption><thead><tr><th>configuration</th><th>decision</th>${heads.map((name) => html`<th class="n">${name}</th>`)}</tr></thead><tbody>
${rows}</tbody></table>`,
  )}`;
}

function changeCell(value: BeforeAfter | null): Markup {
  return html`<td class="n nowrap">${changeText(value) ?? '–'}</td>`;
}

function thresholdTable(report: SweepReport): Markup | null {
  const { thresholds } = report;
  if (thresholds.length === 0) return null;
  const names = ['recall', 'precision', 'fpr'] as const;
  const heads = ['', 'test '].flatMap((split) => names.map((name) => `${split}${name}`));
  const cells = (at: AtThreshold | null) =>
    names.map(
      (name) => html`<td class="n">${at === null ? '–' : figure(at[name], name === 'fpr' ? 4 : 3)}</td>`,
    );
  const rows = thresholds.map(
    (view) =>
      html`<tr><td>${shownName(view, report)}</td><td>${named(view.className)}</td><td class="nowrap">${limitText(view)}</td><td class="n">${figure(view.threshold, 4)}</td>${cells(view.validation)}${cells(view.test)}</tr>
`,
  );
  return html`<h3>Thresholds for a stated limit</h3><p>One class against the rest: predicted where its probability reaches the threshold, the one of the highest recall that keeps the limit.</p>${tableFrame(
    'Thresholds for a stated limit',
    html`<table><caption>Each half of the validation rows under the threshold of the other; the test rows under that of both</caption><thead><tr><th>configuration</th><th>class</th><th>limit</th><th class="n">threshold</th>${heads.map((name) => html`<th class="n">${name}</th>`)}</tr></thead><tbody>
${rows}</tbody></table>`,
  )}`;
}
