// Real sweeps that are ranked by a metric of probabilities: how often its intervals are right, and how often they would be from seeds
// alone: node studies/scored-sweeps.mjs [page-blocks, malware21 or malware21-sweep] [tables] [metric] [folder for the databases]
// (build first: npx tsc && node scripts/bundle.mjs).
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { markdownTable } from '../bench/markdown-table.mjs';
import * as library from '../dist/bundle/index.js';
import { studiesOf, sweepOf, TRUTH } from './coverage/specs.mjs';
import { train } from './coverage/train.mjs';
import { mean, overTables } from './coverage/truth.mjs';

const [only = 'page-blocks', tables = '24', metric = 'average_precision', given] = process.argv.slice(2);
const folder = given ?? mkdtempSync(join(tmpdir(), 'focalsweep-scored-'));
mkdirSync(folder, { recursive: true });
const JUDGED = [3, 5];
const [study] = studiesOf({ only, tables: Number(tables) });
if (study === undefined) throw new Error(`there is no study ${only}, or its table is not here`);

const keyOf = (point) => JSON.stringify(Object.entries(point).sort());
const names = [TRUTH, ...JUDGED.map(sweepOf)];
/** The study's sweeps, ranked by the metric. */
const ranked = {
  ...study,
  specsOf: (table) =>
    study
      .specsOf(table)
      .filter(({ name }) => names.includes(name))
      .map((spec) => ({ ...spec, metric: { name: metric } })),
};

/** A reader that has no draws, as of older versions. */
function withoutDraws(reader) {
  const own = (member) => (typeof member === 'function' ? member.bind(reader) : member);
  return new Proxy(reader, {
    get: (_, name) => (name === 'scoreDraws' ? async () => new Map() : own(reader[name])),
  });
}

async function reportOf(reader, seeds) {
  const report = await library.buildReport(reader, sweepOf(seeds));
  const { configurations, baseline } = JSON.parse(await library.render('report', report, { format: 'json' }));
  const base = configurations.find(({ trial_id }) => trial_id === baseline);
  return {
    base: keyOf(base.point),
    configurations: configurations.map(({ point, ranked: own, versus_baseline }) => ({
      key: keyOf(point),
      own,
      difference: versus_baseline?.ranked,
    })),
  };
}

async function observe(table) {
  const db = await train(ranked, table, {
    main: fileURLToPath(new URL('../', import.meta.url)),
    folder,
    workers: '1',
    library,
  });
  const reader = await library.openStore(db).reader();
  try {
    const fresh = new Map();
    for (const { trialId, point } of await reader.trials(TRUTH)) {
      const runs = [...(await reader.testMetrics(TRUTH, trialId)).values()];
      fresh.set(keyOf(point), mean(runs.map((own) => own[metric])));
    }
    const reports = new Map();
    for (const seeds of JUDGED) {
      reports.set(`${seeds} seeds`, await reportOf(reader, seeds));
      reports.set(`${seeds} seeds, from seeds alone`, await reportOf(withoutDraws(reader), seeds));
    }
    return { fresh, reports };
  } finally {
    await reader.close();
  }
}

const observed = [];
for (let table = 0; table < study.tables; table++) observed.push(await observe(table));
const keys = [...observed[0].fresh.keys()];
/** Over all tables, each of which trained on other rows: what intervals claim to hold. */
const truth = new Map(keys.map((key) => [key, mean(observed.map(({ fresh }) => fresh.get(key)))]));

const holds = ({ low, high }, value) => Number(low <= value && value <= high);
const share = ({ mean: value, error }) => `${(100 * value).toFixed(1)} ±${(196 * error).toFixed(1)} %`;
const lines = [...observed[0].reports.keys()].map((name) => {
  const each = (measure) =>
    overTables(
      observed.map(({ fresh, reports }) => {
        const { base, configurations } = reports.get(name);
        return configurations.flatMap((one) =>
          measure(one, { fresh, apart: truth.get(one.key) - truth.get(base) }),
        );
      }),
    );
  const ofDifferences = (measure) =>
    each((one, at) => (one.difference === undefined ? [] : [measure(one.difference, at)]));
  const isVerdict = ({ verdict }) => verdict === 'better' || verdict === 'worse';
  const isWrong = (own, { apart }) => isVerdict(own) && (own.verdict === 'better' ? apart : -apart) < 0;
  return [
    name,
    share(each(({ key, own }) => [holds(own.interval, truth.get(key))])),
    share(each(({ key, own }, { fresh }) => [holds(own.interval, fresh.get(key))])),
    each(({ own }) => [own.interval.high - own.interval.low]).mean.toFixed(3),
    share(ofDifferences(({ interval }, { apart }) => holds(interval, apart))),
    share(ofDifferences((own) => Number(isVerdict(own)))),
    share(ofDifferences((own, at) => Number(isWrong(own, at)))),
  ];
});
const head = [
  'intervals',
  'hold the truth',
  'hold it for this table',
  'width',
  'differences held',
  'verdicts',
  'wrong ones',
];
console.log(`${only}, ${study.tables} tables, ${metric}\n\n${markdownTable(head, lines)}`);
