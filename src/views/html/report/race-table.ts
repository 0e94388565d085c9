import type { RaceReport } from '../../../analysis/race/race.js';
import type { SweepReport } from '../../../analysis/report.js';
import { figure } from '../../../wording/numbers.js';
import { tableFrame } from '../figure.js';
import { html, type Markup, named } from '../markup.js';

/** Who went on after each rung, and who was dropped; nothing for a sweep without. */
export function raceTable({ race, sweep }: SweepReport): Markup {
  if (race === null) return html``;
  const { name } = sweep.metric;
  const rungs = html`<table><caption>Who went on. ${race.sentence}</caption><thead><tr><th>after</th><th class="n">judged</th><th class="n">went on</th><th class="n">best ${name}</th></tr></thead><tbody>
${race.rungs.map(({ rung, judged, wentOn, best }) => html`<tr><td>${rung}</td><td class="n">${judged}</td><td class="n">${wentOn}</td>${valueCell(best)}</tr>\n`)}</tbody></table>`;
  return html`${tableFrame('Who went on', rungs)}${race.dropped.length > 0 && droppedTable(race, name)}`;
}

function droppedTable({ dropped }: RaceReport, metric: string): Markup {
  const table = html`<table><caption>Dropped and not ranked: too few of their runs are trained</caption><thead><tr><th>configuration</th><th>after</th><th class="n">${metric}</th><th class="n">best that went on</th><th class="n">epochs</th></tr></thead><tbody>
${dropped.map(({ label, after, value, best, epochs }) => html`<tr><td>${named(label)}</td><td>${after}</td>${valueCell(value)}${valueCell(best)}<td class="n">${epochs}</td></tr>\n`)}</tbody></table>`;
  return html`<details><summary>${dropped.length === 1 ? 'The one that was dropped' : `The ${dropped.length} that were dropped`}</summary>${tableFrame('Dropped', table)}</details>`;
}

function valueCell(value: number | null): Markup {
  return html`<td class="n">${value === null ? '–' : figure(value)}</td>`;
}
