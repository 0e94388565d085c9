import type { Renderer } from '../renderer.js';
import { rowObjects } from '../rows/row-objects.js';
import { comparisonJson } from './comparison-json.js';
import { dataJson } from './data-json.js';
import { columnsJson, reportJson } from './report-json.js';
import { runJson, trainedJson, trialJson } from './shown-json.js';
import { snakeKeys } from './snake-keys.js';

/** Plain data with snake_case keys; NaN is null. */
export const jsonRenderer: Renderer<'json'> = {
  report: (report) => pretty(reportJson(report)),
  columns: (report) => pretty(columnsJson(report)),
  comparison: (comparison) => pretty(comparisonJson(comparison)),
  run: (run) => pretty(runJson(run)),
  trial: (trial) => pretty(trialJson(trial)),
  trained: (trained) => pretty(trainedJson(trained)),
  allRows: (report) => pretty(snakeKeys(report)),
  data: (data) => pretty(dataJson(data)),
  scores: (scores) => pretty(snakeKeys(scores)),
  rows: (rows) => pretty(rowObjects(rows)),
};

function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
