// Judges what a sweep says to use: does the choice for rare classes keep its margin, and what does it gain in truth?
import { METRICS } from './observe.mjs';
import { mean } from './truth.mjs';

/** What a choice for rare classes may lose of macro-F1, by default. */
export const MARGIN = 0.03;

/** The choices of the reports, by aim, and those of the rule by itself. */
export function judgeChoices(reports, truths) {
  const aims = [...new Set(reports.flatMap(({ choices }) => (choices ?? []).map(({ aim }) => aimName(aim))))];
  const told = aims.map((aim) => ({
    rule: `the tool’s choice: ${aim}`,
    keys: reports.map(({ choices }) => choices?.find((one) => aimName(one.aim) === aim)?.key),
  }));
  return [...told, ...RULES.map(({ rule, choose }) => ({ rule, keys: reports.map(choose) }))].map((one) =>
    judgeRule(one, reports, truths),
  );
}

const aimName = (aim) => (typeof aim === 'string' ? aim : aim.name);
const value = ({ estimates }, metric) => estimates[metric].mean;
const highest = (configurations, metric) =>
  configurations.reduce((a, b) => (value(b, metric) > value(a, metric) ? b : a)).key;
const isBaselineOf =
  ({ baseline }) =>
  (one) =>
    one.key === baseline;

const RULES = [
  {
    rule: 'highest rare recall whose interval of Δ macro-F1 keeps the margin',
    choose: (report) => {
      const keeps = (one) =>
        isBaselineOf(report)(one) || one.versus_baseline.macro_f1.interval.low >= -MARGIN;
      return highest(report.configurations.filter(keeps), 'rare_recall');
    },
  },
  {
    rule: 'highest rare recall whose Δ macro-F1 itself keeps the margin',
    choose: (report) => {
      const keeps = (one) => isBaselineOf(report)(one) || one.versus_baseline.macro_f1.mean >= -MARGIN;
      return highest(report.configurations.filter(keeps), 'rare_recall');
    },
  },
  { rule: 'highest macro-F1', choose: ({ best }) => best },
  {
    rule: 'highest macro-F1 that is not cross-entropy',
    choose: ({ configurations }) => configurations.find(({ is_baseline }) => !is_baseline).key,
  },
];

/** True differences of what a rule chose from the baseline; sweeps where it chose nothing count as the baseline. */
function judgeRule({ rule, keys }, reports, truths) {
  const truthOf = (name, table) => (name === 'any' ? truths.any : truths.given[table]);
  const difference = (values, table, metric) =>
    values.get(keys[table] ?? reports[table].baseline)[metric] - values.get(reports[table].baseline)[metric];
  const differences = (name, metric) =>
    reports.map((_, table) => difference(truthOf(name, table), table, metric));
  /** What the choices lack of the true best in macro-F1. */
  const lacks = (name) =>
    mean(
      reports.map(({ baseline }, table) => {
        const values = truthOf(name, table);
        const best = Math.max(...[...values.values()].map(({ macro_f1 }) => macro_f1));
        return best - values.get(keys[table] ?? baseline).macro_f1;
      }),
    );
  const keeping = (name) => mean(differences(name, 'macro_f1').map((change) => Number(change >= -MARGIN)));
  return {
    rule,
    others: mean(reports.map(({ baseline }, table) => Number((keys[table] ?? baseline) !== baseline))),
    keepsAny: keeping('any'),
    keepsGiven: keeping('given'),
    lacksAny: lacks('any'),
    lacksGiven: lacks('given'),
    lost: Math.min(...differences('given', 'macro_f1')),
    gains: Object.fromEntries(METRICS.map((metric) => [metric, mean(differences('any', metric))])),
    gainsGiven: Object.fromEntries(METRICS.map((metric) => [metric, mean(differences('given', metric))])),
    keys,
  };
}
