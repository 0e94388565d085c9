import { baselineWords } from '../../../analysis/baseline-words.js';
import type { SweepReport } from '../../../analysis/report.js';
import { dbWords } from '../../../wording/db-words.js';
import { figure } from '../../../wording/numbers.js';
import { shellWord } from '../../../wording/shell-word.js';
import { withFullCommands } from '../../full-commands.js';
import type { Look } from '../../renderer.js';
import { tableFrame } from '../figure.js';
import { html, type Markup, named, withCode } from '../markup.js';

/** The advice, each piece with its evidence. */
export function adviceSection({ advice, sweep }: SweepReport, { db }: Look): Markup {
  if (advice.length === 0) return html`<p>These results suggest no change.</p>`;
  return html`<div class="grid four">${advice.map(
    ({ title, evidence, action }) =>
      html`<div class="card advice"><h3>${title}</h3><p>${withCode(evidence)}</p><p><strong>${withCode(withFullCommands(action, db))}</strong></p></div>`,
  )}</div>
${advice.some(({ changes }) => changes.length > 0) && html`<p>Write the next spec with these changes, in the folder of this one:</p><pre><code>npx focalsweep suggest ${shellWord(sweep.name)}${dbWords(db)} &gt; next.yaml</code></pre>`}`;
}

/** Corrections of stored logits, which need no training. */
export function postHocTable({ postHoc, freeFix, sweep }: SweepReport): Markup {
  const { tag } = baselineWords(sweep);
  const change = ({ before, after }: { readonly before: number; readonly after: number }): Markup =>
    html`<td class="n nowrap">${figure(before)} → ${figure(after)}</td>`;
  const table = html`<table><caption>Each half of the validation rows, tuned on the other half</caption><thead><tr><th>configuration</th><th class="n">seeds</th><th class="n">τ</th><th class="n">macro_f1</th><th class="n">rare_recall</th><th class="n">temperature</th><th class="n">log_loss</th></tr></thead><tbody>
${postHoc.map(
  (
    row,
  ) => html`<tr><td>${named(row.label)}${row.isCrossEntropy && html` <span class="tag">${tag}</span>`}</td><td class="n">${row.seeds}</td><td class="n">${figure(row.tau, 2)}</td>${change(row.macro_f1)}${change(row.rare_recall)}<td class="n">${figure(row.temperature, 2)}</td>${change(row.log_loss)}</tr>
`,
)}</tbody></table>`;
  return html`<p>Logit adjustment (Menon et al. 2021) subtracts τ · log of the class’s share of the training rows from each logit; temperature scaling divides all logits, which changes no prediction.</p>${freeFix !== null && html`<p>${freeFix}</p>`}<details><summary>By configuration</summary>${tableFrame('Corrections without training', table)}</details>`;
}
