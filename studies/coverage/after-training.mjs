// Judges what a sweep says of rare classes that count more often when rows are decided: on the fresh rows, by the models of the sweep.
import { MARGIN } from './choices.mjs';
import { overTables } from './truth.mjs';

const DIFFERENCES = ['macro_f1', 'rare_recall'];

/** One row for all tables; a sweep that says nothing changes nothing. */
export function judgeAfterTraining(reports) {
  const told = reports.map(
    ({ choices }) => choices?.find(({ after_training: own }) => own != null)?.after_training ?? null,
  );
  const gains = (metric) => told.map((own) => own?.against_baseline.test[metric].mean ?? 0);
  const holds = (metric) =>
    told.map((own) => {
      if (own === null) return [];
      const { low, high } = own.against_baseline.validation[metric].interval;
      const truth = own.against_baseline.test[metric].mean;
      return [Number(low <= truth && truth <= high)];
    });
  const overall = (values) => overTables(values.map((value) => [value]));
  return [
    {
      rule: 'rare classes that count more often',
      found: overall(told.map((own) => Number(own !== null))).mean,
      factors: told.map((own) => own?.factor ?? 1),
      keeps: overall(gains('macro_f1').map((change) => Number(change >= -MARGIN))).mean,
      lost: Math.min(...gains('macro_f1')),
      gains: Object.fromEntries(DIFFERENCES.map((metric) => [metric, overall(gains(metric))])),
      holds: Object.fromEntries(DIFFERENCES.map((metric) => [metric, overTables(holds(metric))])),
    },
  ];
}
