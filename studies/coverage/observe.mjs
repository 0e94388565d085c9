// Reads a table's database: what the report of each sweep says, and what every run reaches on the fresh rows.
import { sweepOf, TRUTH } from './specs.mjs';

export const METRICS = ['macro_f1', 'rare_recall', 'worst_recall'];
/** `compare` takes no more sides. */
const MOST_SIDES = 12;

/** The same configuration has the same key on every table. */
const keyOf = (point) => JSON.stringify(Object.entries(point).sort());

/** Everything that is judged of a table, as plain data. */
export async function observe(db, judged, library) {
  const reader = await library.openStore(db).reader();
  try {
    const reports = [];
    for (const seeds of judged) reports.push(await reportOf(reader, seeds, library));
    return { fresh: await freshOf(reader), reports };
  } finally {
    await reader.close();
  }
}

/** Per configuration, per metric, the value of each run on the fresh rows, by seed. */
async function freshOf(reader) {
  const runs = await reader.runs(TRUTH);
  const trials = await reader.trials(TRUTH);
  return Promise.all(
    trials.map(async ({ trialId, point }) => {
      const test = await reader.testMetrics(TRUTH, trialId);
      const own = runs.filter((run) => run.trialId === trialId);
      const bySeed = (metric) => own.map(({ runId, seed }) => [seed, test.get(runId)[metric]]);
      return { key: keyOf(point), ...Object.fromEntries(METRICS.map((metric) => [metric, bySeed(metric)])) };
    }),
  );
}

async function reportOf(reader, seeds, { buildReport, buildComparison, render }) {
  const sweep = sweepOf(seeds);
  const report = JSON.parse(await render('report', await buildReport(reader, sweep), { format: 'json' }));
  const keys = new Map(report.configurations.map(({ trial_id, point }) => [trial_id, keyOf(point)]));
  const ranks = report.configurations.slice(0, MOST_SIDES).map(({ rank }) => `${sweep}#${rank}`);
  const comparison = JSON.parse(
    await render('comparison', await buildComparison(onlyOf(reader, sweep), ranks), { format: 'json' }),
  );
  return {
    seeds,
    baseline: keys.get(report.baseline),
    best: keys.get(report.best),
    configurations: report.configurations.map((one) => ({ ...one, key: keys.get(one.trial_id) })),
    test: report.test.map((one) => ({ ...one, key: keys.get(one.trial_id) })),
    test_difference: report.test_difference,
    againstBest: comparison.sides
      .filter(({ differences }) => differences !== null)
      .map(({ trial_id, differences }) => ({ key: keys.get(trial_id), differences })),
    choices: report.choices?.map((choice) => ({ ...choice, key: choiceKey(choice.configuration, keys) })),
  };
}

/** A reader that sees one sweep: `compare` takes a configuration's seeds from all of them. */
function onlyOf(reader, sweep) {
  const sweeps = async () => (await reader.sweeps()).filter(({ name }) => name === sweep);
  const own = (member) => (typeof member === 'function' ? member.bind(reader) : member);
  return new Proxy(reader, { get: (_, name) => (name === 'sweeps' ? sweeps : own(reader[name])) });
}

/** A choice names its configuration by id, or holds it. */
function choiceKey(configuration, keys) {
  return keys.get(configuration?.trial_id ?? configuration);
}
