import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { buildComparison, buildReport } from '../../src/analysis/analysis.js';
import { openStore } from '../../src/store/open-store.js';
import { comparisonJson } from '../../src/views/json/comparison-json.js';
import { reportJson } from '../../src/views/json/report-json.js';
import { recordSample } from '../analysis/sample-report.js';

const reader = await openStore(await recordSample()).reader();
afterAll(() => reader.close());
const page = readFileSync(fileURLToPath(new URL('../../docs/report-json.md', import.meta.url)), 'utf8');
const named = new Set([...page.matchAll(/`([a-z_0-9]+)`/g)].map(([, name]) => name));
/** Their keys are the knobs and the metrics, which other pages list. */
const LISTED_ELSEWHERE = ['config', 'point', 'metrics', 'validation'];

/** The names of all fields, those within lists too. */
function fields(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(fields);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) => [
    key,
    ...(LISTED_ELSEWHERE.includes(key) ? [] : fields(item)),
  ]);
}

it('docs/report-json.md names every field that comes out', async () => {
  const report = await buildReport(reader);
  const ids = report.configurations.slice(0, 2).map(({ trialId }) => trialId);
  const written = [reportJson(report), comparisonJson(await buildComparison(reader, ids))];
  const missing = new Set(fields(written).filter((name) => !named.has(name)));
  expect([...missing]).toEqual([]);
});
