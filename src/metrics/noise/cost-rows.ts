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

/** Different costs that are told apart; draws need tables of the square of their number. */
const MOST_COSTS = 256;

/** Puts codes of costs in the place of predicted classes, so that the same draws count them. */
export function costRows(rows: BootstrapRows, costs: CostMatrix): CostRows {
  const { labels, classCount, rowsOf } = rows;
  const { values, codeOf } = costCodes(costs.flat());
  const codes = costs.map((own) => Uint16Array.from(own, (cost) => classCount + codeOf(cost)));
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
    rows: { ...rows, classCount: classCount + values.length, trials: recoded },
    values: Float64Array.from([...Array<number>(classCount).fill(0), ...values]),
  };
}

interface CostCodes {
  readonly values: readonly number[];
  readonly codeOf: (cost: number) => number;
}

/** A code for each cost; of more than `MOST_COSTS`, for the nearest of so many even steps. */
function costCodes(costs: readonly number[]): CostCodes {
  const distinct = [...new Set(costs)];
  if (distinct.length <= MOST_COSTS) {
    const codes = new Map(distinct.map((cost, code) => [cost, code]));
    return { values: distinct, codeOf: (cost) => codes.get(cost) as number };
  }
  const [least, most] = distinct.reduce(
    ([low, high], cost) => [Math.min(low, cost), Math.max(high, cost)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  const step = (most - least) / (MOST_COSTS - 1);
  return {
    values: Array.from({ length: MOST_COSTS }, (_, code) => least + step * code),
    codeOf: (cost) => Math.round((cost - least) / step),
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
