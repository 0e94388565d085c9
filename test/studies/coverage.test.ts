// The study of coverage on two small tables: what it measures must fit together, whatever the figures are.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const METRICS = ['macro_f1', 'rare_recall', 'worst_recall'] as const;
const MARGIN = 0.03;

type Values = Readonly<Record<(typeof METRICS)[number], number>>;
type Truth = Readonly<Record<string, Values>>;
interface Interval {
  readonly low: number;
  readonly high: number;
}
interface Report {
  readonly seeds: number;
  readonly baseline: string;
  readonly best: string;
  readonly configurations: readonly {
    readonly key: string;
    readonly seeds: readonly number[];
    readonly runs: readonly { readonly run_id: string }[];
    readonly versus_baseline: { readonly macro_f1: { readonly interval: Interval } } | null;
  }[];
  readonly againstBest: readonly { readonly key: string }[];
}
interface Share {
  readonly mean: number;
  readonly count: number;
}
interface Study {
  readonly name: string;
  readonly observations: readonly {
    readonly fresh: readonly ({ readonly key: string } & Readonly<
      Record<(typeof METRICS)[number], readonly (readonly [seed: number, value: number])[]>
    >)[];
    readonly reports: readonly Report[];
  }[];
  readonly truths: {
    readonly given: readonly Truth[];
    readonly further: readonly Truth[];
    readonly any: Truth;
  };
  readonly judged: readonly {
    readonly seeds: number;
    readonly own: readonly { readonly metric: string; readonly any: Share; readonly given: Share }[];
    readonly againstBaseline: readonly { readonly metric: string; readonly any: Share }[];
    readonly choices: readonly { readonly rule: string; readonly keys: readonly string[] }[];
  }[];
}

const folder = mkdtempSync(join(tmpdir(), 'focalsweep-study-'));
let study: Study;
let printed: string;

function runStudy(): { readonly stdout: string; readonly stderr: string; readonly study: Study } {
  const json = join(folder, 'observed.json');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['studies/coverage.mjs', '--short', '--folder', folder, '--json', json],
    { cwd: ROOT, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  const { studies } = JSON.parse(readFileSync(json, 'utf8')) as { studies: readonly [Study] };
  return { stdout, stderr, study: studies[0] };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const reports = (at: number) => study.observations.map(({ reports: own }) => own[at] as Report);

beforeAll(() => {
  const first = runStudy();
  study = first.study;
  printed = first.stdout;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('measures the truth on fresh rows, with the seeds of the sweep and further ones', () => {
  for (const [table, { fresh }] of study.observations.entries()) {
    expect(fresh.length).toBe(4);
    for (const one of fresh) {
      for (const metric of METRICS) {
        expect(one[metric].map(([seed]) => seed)).toEqual([1, 2, 3, 4, 5, 101, 102]);
        const values = one[metric].map(([, value]) => value);
        expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...values)).toBeLessThanOrEqual(1);
        expect(study.truths.given[table]?.[one.key]?.[metric]).toBeCloseTo(mean(values), 12);
        expect(study.truths.further[table]?.[one.key]?.[metric]).toBeCloseTo(mean(values.slice(5)), 12);
      }
    }
  }
});

it('takes the mean over tables for what any training rows would give', () => {
  const keys = Object.keys(study.truths.any);
  expect(keys.length).toBe(4);
  for (const key of keys) {
    for (const metric of METRICS) {
      const tables = study.truths.given.map((truth) => truth[key]?.[metric] as number);
      expect(tables.length).toBe(2);
      expect(study.truths.any[key]?.[metric]).toBeCloseTo(mean(tables), 12);
    }
  }
});

it('draws other rows for each table', () => {
  const [first, second] = study.truths.given as [Truth, Truth];
  expect(first).not.toEqual(second);
});

it('judges three and five seeds of the same runs', () => {
  expect(study.judged.map(({ seeds }) => seeds)).toEqual([3, 5]);
  const runs = (at: number) =>
    reports(at).flatMap(({ configurations }) =>
      configurations.flatMap((one) => one.runs.map((run) => run.run_id)),
    );
  expect(runs(0).length).toBe(2 * 4 * 3);
  expect(runs(1).length).toBe(2 * 4 * 5);
  expect(new Set(runs(1))).toEqual(new Set([...runs(0), ...runs(1)]));
});

it('judges every configuration, and every difference', () => {
  for (const { own, againstBaseline } of study.judged) {
    expect(own.map(({ metric }) => metric)).toEqual(METRICS);
    expect(own.map(({ any }) => any.count)).toEqual([8, 8, 8]);
    expect(againstBaseline.map(({ any }) => any.count)).toEqual([6, 6]);
    expect(own.every(({ any, given }) => any.mean >= 0 && any.mean <= 1 && given.mean <= 1)).toBe(true);
  }
  for (const { best, againstBest } of reports(0)) {
    expect(againstBest.map(({ key }) => key)).not.toContain(best);
    expect(againstBest.length).toBe(3);
  }
});

it('lets the rule for rare classes choose only what keeps its margin', () => {
  const rule = study.judged[1]?.choices.find(({ rule }) => rule.includes('interval of Δ macro-F1'));
  const chosen = reports(1).map(({ configurations, baseline }, table) => {
    const one = configurations.find(({ key }) => key === rule?.keys[table]);
    return one?.key === baseline ? 0 : one?.versus_baseline?.macro_f1.interval.low;
  });
  expect(chosen.length).toBe(2);
  for (const low of chosen) expect(low).toBeGreaterThanOrEqual(-MARGIN);
});

it('prints a table for each question', () => {
  expect(printed.match(/^\*\*.+\*\*$/gm)?.length).toBe(8);
  expect(printed).not.toMatch(/undefined|NaN/);
});

it('trains nothing and says the same in a folder that it has used', () => {
  const { stdout, stderr } = runStudy();
  expect(stderr).toBe('');
  expect(stdout).toBe(printed);
});
