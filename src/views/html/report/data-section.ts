import type { SweepReport } from '../../../analysis/report.js';
import { chosenSpec } from '../../../analysis/suggest/chosen-spec.js';
import { isUnconstrained } from '../../../spec/aims.js';
import { counted } from '../../../wording/counted.js';
import { dbWords } from '../../../wording/db-words.js';
import { significant } from '../../../wording/numbers.js';
import type { Look } from '../../renderer.js';
import { tableFrame } from '../figure.js';
import { html, type Markup, named } from '../markup.js';

const LISTED_COLUMNS = 300;

/** The data, the engine, and how to train the chosen configuration again. */
export function dataSection(report: SweepReport, look: Look): Markup {
  return html`${facts(report)}
${classTable(report)}
${columnTable(report)}
<details><summary>The spec, as it was written</summary><pre><code>${report.sweep.specText}</code></pre></details>
${reproduction(report, look)}`;
}

function facts({ sweep, data, draws }: SweepReport): Markup {
  const { card, rows, rareNames } = data;
  const entries: readonly (readonly [string, Markup])[] = [
    ['Source', named(card.source)],
    ...(data.classes.length === 0
      ? []
      : [
          [
            'Rows',
            html`${data.rowCount}: ${rows.train} train, ${rows.validation} validation, ${rows.test} test`,
          ] as const,
        ]),
    ...(data.featureCount === 0
      ? []
      : [['Features', html`${data.featureCount} from ${counted(card.columns.length, 'column')}`] as const]),
    ...(data.classes.length === 0
      ? []
      : ([
          ['Classes', html`${data.classes.length}`],
          ['Rare classes', html`${rareNames.map((name, index) => html`${index > 0 && ', '}${named(name)}`)}`],
        ] as const)),
    ...(data.featureCount === 0 ? [] : preparation(data)),
    ['Fingerprint', html`<code>${data.fingerprint.slice(0, 16)}</code>`],
    ['Engine', html`<code>${sweep.engine}</code>`],
    ...(sweep.environment === null ? [] : [['Launched with', html`${sweep.environment}`] as const]),
    ...(sweep.specFile === null ? [] : [['Spec file', html`<code>${named(sweep.specFile)}</code>`] as const]),
    ['Intervals', html`95 %${draws > 0 && html`, from ${draws} bootstrap draws within each class`}`],
  ];
  return html`<dl>${entries.map(([term, text]) => html`<dt>${term}</dt><dd>${text}</dd>`)}</dl>`;
}

/** What a table of the spec became. */
function preparation({ card, measuredRows }: SweepReport['data']): readonly (readonly [string, Markup])[] {
  return [
    [
      'Duplicates',
      html`${card.duplicatesAcrossSplits} of ${measuredRows} validation and test rows are also in training`,
    ],
    [
      'Normalisation',
      html`${card.normalize}${card.encodeNumbers !== undefined && html`, piecewise linear in up to ${card.encodeNumbers.piecewise_linear} bins${card.encodeNumbers.bins === 'target' && ' by target'}`}; largest |mean| ${significant(card.normalization.largestMean, 2)}, largest |sd − 1| ${significant(card.normalization.largestSdDeviation, 2)} on training rows`,
    ],
  ];
}

function classTable({ data }: SweepReport): Markup {
  const table = html`<table data-sortable><caption>Classes and their rows, most training rows first</caption><thead><tr><th>class</th><th>rare</th><th class="n">train</th><th class="n">validation</th><th class="n">test</th></tr></thead><tbody>
${data.classes.map(
  ({
    name,
    rare,
    train,
    validation,
    test,
  }) => html`<tr><td>${named(name)}</td><td>${rare ? 'rare' : ''}</td><td class="n">${train}</td><td class="n">${validation}</td><td class="n">${test}</td></tr>
`,
)}</tbody></table>`;
  return html`<details><summary>Classes</summary>${tableFrame('Classes', table)}</details>`;
}

function columnTable({ data }: SweepReport): Markup | null {
  const { columns } = data.card;
  if (columns.length === 0) return null;
  const left = columns.length - LISTED_COLUMNS;
  const table = html`<table data-sortable><caption>Columns of the table and what they became</caption><thead><tr><th>column</th><th>type</th><th class="n">missing</th><th class="n">features</th></tr></thead><tbody>
${columns.slice(0, LISTED_COLUMNS).map(
  ({
    name,
    kind,
    missing,
    features,
  }) => html`<tr><td>${named(name)}</td><td>${kind}</td><td class="n">${missing}</td><td class="n">${features}</td></tr>
`,
)}</tbody></table>`;
  return html`<details><summary>${counted(columns.length, 'column')}</summary>${tableFrame('Columns', table)}${left > 0 && html`<p class="note">… and ${left} more.</p>`}</details>`;
}

function reproduction(report: SweepReport, { db }: Look): Markup | null {
  const { sweep, choices, best } = report;
  const chosen = choices.find(({ aim }) => isUnconstrained(aim))?.configuration ?? best;
  if (chosen === null) return null;
  const place = sweep.specFile === null ? 'in the folder of the sweep’s spec' : 'beside the sweep’s spec';
  return html`<details><summary>Train the chosen configuration again</summary>
<p>Save this as <code>chosen.yaml</code> ${place}. The same engine gives the same bits. Runs that the database already has are not trained again.</p>
<pre><code>${chosenSpec(report, chosen)}</code></pre>
<pre><code>npx focalsweep launch chosen.yaml --db results/chosen.db
npx focalsweep show ${chosen.runs[0]?.runId.slice(0, 12) ?? ''}${dbWords(db)}   # its results in this sweep</code></pre></details>`;
}
