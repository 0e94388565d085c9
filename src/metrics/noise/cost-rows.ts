import type { CostMatrix } from '../../sweep.js';
import type { Margins } from '../margin-metrics.js';
import type { BootstrapRows } from './bootstrap.js';

/** Rows by what they cost: how many rows have each cost, which is all that a mean cost needs. */
export interface CostRows {
  /** The predicted class of a row is a code for its cost, behind the true classes. */
  readonly rows: BootstrapRows;
  /** The cost of each code. */
  readonly values: Float64Array;
}

/** Puts codes of costs in the place of predicted classes, so that the same draws count them. */
export function costRows(rows: BootstrapRows, costs: CostMatrix): CostRows {
  const { labels, classCount, rowsOf } = rows;
  const distinct = [...new Set(costs.flat())];
  const codes = costs.map((own) => Uint16Array.from(own, (cost) => classCount + distinct.indexOf(cost)));
  const recoded = rows.trials.map((runs, trial) =>
    runs.map((predictions, at) => {
      const own = rowsOf?.[trial]?.[at];
      return predictions.map((predicted, place) => {
        const label = labels[own === undefined ? place : (own[place] as number)] as number;
        return codes[label]?.[predicted] as number;
      });
    }),
  );
  return {
    rows: { ...rows, classCount: classCount + distinct.length, trials: recoded },
    values: Float64Array.from([...Array<number>(classCount).fill(0), ...distinct]),
  };
}

/** Mean cost of rows that were counted by their costs. */
export function meanCountedCost({ predicted }: Margins, values: Float64Array): number {
  let [sum, rows] = [0, 0];
  for (let code = 0; code < values.length; code++) {
    sum += (predicted[code] as number) * (values[code] as number);
    rows += predicted[code] as number;
  }
  return sum / rows;
}
