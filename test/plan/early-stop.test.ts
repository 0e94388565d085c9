import { expect, it } from 'vitest';
import { wouldStopEarly } from '../../src/plan/early-stop.js';
import { plannedRunCount } from '../../src/plan/plan.js';
import { parseSpec } from '../../src/spec/parse-spec.js';

const GRID = 'name: a\ndata: {source: "builtin:malware21"}\nparameters: {gamma: {values: [0, 1, 2, 3, 4]}}\n';

it.each([
  ['hundreds of runs', 'seeds: 61', true],
  ['few runs', 'seeds: 60', false],
  ['a stopper', 'seeds: 61\nstop: {type: median}', false],
  ['runs that end before anybody is judged', 'seeds: 61\ntrain: {epochs: 3}', false],
  ['few configurations that are drawn', 'seeds: 61\nmethod: sobol\ntrials: 5', false],
  ['a metric of costs', 'seeds: 61\nmetric: {name: expected_cost}\ncosts: {benign: 2}', true],
])('whether a sweep of %s had better drop configurations early', (_what, rest, isSo) => {
  const spec = parseSpec(`${GRID}${rest}\n`);
  expect(wouldStopEarly(spec, plannedRunCount(spec))).toBe(isSo);
});
