// Judges what the reports of one study say, by the truth.
import { METRICS } from './observe.mjs';
import { mean, overTables } from './truth.mjs';

const holds = ({ low, high }, truth) => Number(low <= truth && truth <= high);
const width = ({ low, high }) => high - low;
/** Which truth an interval is held against, by name. */
const TRUTHS = ['any', 'given', 'further'];
const truthOf = (truths, name, table) => (name === 'any' ? truths.any : truths[name][table]);

/** Configurations' own values: coverage, width, and how much the validation rows flatter them. */
export function ownValues(reports, truths) {
  return METRICS.map((metric) => {
    const each = (measure) =>
      overTables(
        reports.map(({ configurations }, table) =>
          configurations.map(({ key, estimates }) => measure(estimates[metric], key, table)),
        ),
      );
    const best = (configurations) =>
      configurations.reduce((a, b) => (b.estimates[metric].mean > a.estimates[metric].mean ? b : a));
    return {
      metric,
      ...Object.fromEntries(
        TRUTHS.map((name) => [
          name,
          each(({ interval }, key, table) => holds(interval, truthOf(truths, name, table).get(key)[metric])),
        ]),
      ),
      tooHigh: each(({ interval }, key) => Number(interval.low > truths.any.get(key)[metric])),
      tooLow: each(({ interval }, key) => Number(interval.high < truths.any.get(key)[metric])),
      width: each(({ interval }) => width(interval)),
      flattered: each(({ mean: found }, key, table) => found - truths.given[table].get(key)[metric]),
      winnerFlattered: overTables(
        reports.map(({ configurations }, table) => {
          const { key, estimates } = best(configurations);
          return [estimates[metric].mean - truths.given[table].get(key)[metric]];
        }),
      ),
    };
  });
}

/** Differences from the baseline, as the report states them. */
export function againstBaseline(reports, truths) {
  const stated = reports.map(({ baseline, configurations }) =>
    configurations.flatMap(({ key, versus_baseline }) =>
      versus_baseline === null ? [] : [{ key, from: baseline, differences: versus_baseline }],
    ),
  );
  return ['macro_f1', 'rare_recall'].map((metric) => judgeDifferences(stated, metric, truths));
}

/** Differences from the best, as `compare` states them, for the configurations that rank second to twelfth. */
export function againstBest(reports, truths) {
  const stated = reports.map((report) => report.againstBest.map((one) => ({ ...one, from: report.best })));
  return METRICS.map((metric) => judgeDifferences(stated, metric, truths));
}

/** Coverage of single intervals and of all of a sweep at once, and verdicts whose true sign is the other one. */
function judgeDifferences(stated, metric, truths) {
  const known = stated.map((own) =>
    own.filter(({ differences }) => typeof differences[metric]?.interval.low === 'number'),
  );
  const truth = (name, table, { key, from }) => {
    const values = truthOf(truths, name, table);
    return values.get(key)[metric] - values.get(from)[metric];
  };
  const covered = (name) => (own, table) =>
    own.map((one) => holds(one.differences[metric].interval, truth(name, table, one)));
  const verdicts = (own) =>
    own.filter(({ differences }) => ['better', 'worse'].includes(differences[metric].verdict));
  const wrong = (name) =>
    known.flatMap((own, table) =>
      verdicts(own).filter((one) => {
        const sign = one.differences[metric].verdict === 'better' ? 1 : -1;
        return sign * truth(name, table, one) < 0;
      }),
    ).length;
  const given = (verdict) =>
    known.flat().filter(({ differences }) => differences[metric].verdict === verdict);
  return {
    metric,
    ...Object.fromEntries(TRUTHS.map((name) => [name, overTables(known.map(covered(name)))])),
    allAtOnce: overTables(
      known.map((own, table) =>
        own.length === 0 ? [] : [Number(covered('any')(own, table).every(Boolean))],
      ),
    ),
    width: overTables(known.map((own) => own.map(({ differences }) => width(differences[metric].interval)))),
    better: given('better').length,
    worse: given('worse').length,
    wrongAny: wrong('any'),
    wrongGiven: wrong('given'),
  };
}

/** Whether the true best is tied with the best, and whether P(best) is as large as it should be. */
export function standings(reports, truths) {
  const bestOf = (values) => [...values].reduce((a, b) => (b[1].macro_f1 > a[1].macro_f1 ? b : a))[0];
  const tied = (name) =>
    overTables(
      reports.map(({ configurations }, table) => {
        const best = bestOf(truthOf(truths, name, table));
        return [Number(configurations.find(({ key }) => key === best).is_tied)];
      }),
    );
  const probabilities = reports.flatMap(({ configurations }, table) =>
    configurations.map(({ key, best_probability }) => ({
      said: best_probability,
      any: Number(key === bestOf(truths.any)),
      given: Number(key === bestOf(truths.given[table])),
    })),
  );
  const edges = [0, 0.05, 0.2, 0.5, 0.8, 1.01];
  return {
    tiedAny: tied('any'),
    tiedGiven: tied('given'),
    size: mean(reports.map(({ configurations }) => configurations.filter(({ is_tied }) => is_tied).length)),
    calibration: edges.slice(1).map((high, at) => {
      const own = probabilities.filter(({ said }) => said >= edges[at] && said < high);
      return {
        low: edges[at],
        high: Math.min(1, high),
        count: own.length,
        ...Object.fromEntries(
          ['said', 'any', 'given'].map((name) => [name, mean(own.map((one) => one[name]))]),
        ),
      };
    }),
  };
}

/** The intervals on test rows: of the configurations shown there, and of their differences from the baseline. */
export function onTestRows(reports, truths) {
  return ['macro_f1', 'rare_recall'].map((metric) => ({
    metric,
    own: overTables(
      reports.map(({ test }) =>
        test.map((one) => holds(one[metric].interval, truths.any.get(one.key)[metric])),
      ),
    ),
    ...judgeDifferences(reports.map(testDifferences), metric, truths),
  }));
}

/** Those of the choices; older builds know no choices and show the best other configuration. */
function testDifferences({ baseline, test, test_difference, choices }) {
  if (choices !== undefined) {
    return choices.flatMap(({ key, against_baseline }) =>
      key === undefined || key === baseline || against_baseline?.test == null
        ? []
        : [{ key, from: baseline, differences: against_baseline.test }],
    );
  }
  const other = test.find(({ is_cross_entropy }) => !is_cross_entropy);
  return test_difference === null ? [] : [{ key: other.key, from: baseline, differences: test_difference }];
}
