import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../src/data/dataset.js';
import { loadDataset } from '../../src/data/load-dataset.js';
import { UserError } from '../../src/errors.js';
import { searchIdOf } from '../../src/plan/identity.js';
import { plannedRunCount, planSweep, type SweepPlan } from '../../src/plan/plan.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { datasetOf } from '../../src/testing/small-dataset.js';
import { canonicalJson } from '../../src/wording/canonical-json.js';
import { thrown } from '../thrown.js';

const HEAD = 'name: a\ndata: {source: "builtin:malware21", rows: 2000}\n';
let dataset: Dataset;

beforeAll(async () => {
  dataset = await loadDataset(parseSpec(HEAD).data, '.');
});

function plan(rest: string, engine = 'tfjs/cpu@1'): SweepPlan {
  return planSweep(parseSpec(HEAD + rest, 'sweep.yaml'), dataset, engine);
}

describe('a plan', () => {
  it('is every combination, the last axis fastest, each with every seed', () => {
    const { trials, runs } = plan(
      'parameters: {alpha: {values: [1, balanced]}, gamma: {values: [0, 2]}}\nseeds: [5, 9]',
    );
    expect(trials.map((trial) => trial.point)).toEqual([
      { alpha: 1, gamma: 0 },
      { alpha: 1, gamma: 2 },
      { alpha: 'balanced', gamma: 0 },
      { alpha: 'balanced', gamma: 2 },
    ]);
    expect(runs.map((run) => run.seed)).toEqual([5, 9, 5, 9, 5, 9, 5, 9]);
    expect(new Set(runs.map((run) => run.runId)).size).toBe(8);
  });

  it('adds a cross-entropy baseline for every combination of the axes that are not the loss’s', () => {
    const { trials } = plan('parameters: {gamma: {values: [1, 2]}, learning_rate: {values: [0.1, 0.01]}}');
    const added = trials.filter((trial) => trial.addedBaseline);
    expect(trials).toHaveLength(6);
    expect(added.map((trial) => trial.config)).toMatchObject([
      { alpha: 1, gamma: 0, learning_rate: 0.1 },
      { alpha: 1, gamma: 0, learning_rate: 0.01 },
    ]);
  });

  it('adds one without logit adjustment too, and names it only where the spec has it', () => {
    const points = (rest: string) =>
      plan(rest)
        .trials.filter((trial) => trial.addedBaseline)
        .map(({ point, config }) => [point, config.logit_adjustment]);
    const named = [{ alpha: 1, gamma: 0, logit_adjustment: 0 }, 0];
    expect(points('parameters: {logit_adjustment: {values: [0.5, 1]}}\ntrain: {gamma: 0}')).toEqual([named]);
    expect(points('train: {gamma: 0, logit_adjustment: 1}')).toEqual([named]);
    expect(points('train: {gamma: 1}')).toEqual([[{ alpha: 1, gamma: 0 }, 0]]);
    expect(points('parameters: {logit_adjustment: {values: [0, 1]}}\ntrain: {gamma: 0}')).toEqual([]);
  });

  it('adds one for all values of a knob that only another loss uses', () => {
    const { trials, warnings } = plan(
      'parameters: {loss: {values: [focal, ldam]}, ldam_margin: {values: [0.5, 2]}, learning_rate: {values: [0.1, 0.01]}}\ntrain: {gamma: 1}',
    );
    const point = { alpha: 1, gamma: 0, loss: 'focal' };
    expect(trials.filter((trial) => trial.addedBaseline).map((trial) => trial.point)).toEqual([
      { ...point, learning_rate: 0.1 },
      { ...point, learning_rate: 0.01 },
    ]);
    expect(trials).toHaveLength(2 * 3 + 2);
    expect(warnings.join()).toContain('ldam_margin is an axis, but only ldam uses it: under focal');
  });

  it('adds none where the grid has cross-entropy', () => {
    const { trials } = plan('parameters: {gamma: {values: [0, 2]}}');
    expect(trials.some((trial) => trial.addedBaseline)).toBe(false);
  });

  it('gives a run the same id whatever else is swept, and another one for anything that decides its result', () => {
    const idOf = (rest: string, engine?: string): string => plan(rest, engine).runs[0]?.runId ?? '';
    const base = idOf('parameters: {gamma: {values: [0]}}');
    expect(idOf('parameters: {gamma: {values: [0, 1, 2]}, learning_rate: {values: [0.001]}}')).toBe(base);
    expect(idOf('train: {gamma: 0}\nseeds: [1]')).toBe(base);
    const others = [
      idOf('parameters: {gamma: {values: [0]}}\nseeds: [2]'),
      idOf('parameters: {gamma: {values: [0]}}\ntrain: {epochs: 31}'),
      idOf('parameters: {gamma: {values: [0]}}\nmetric: {name: accuracy}'),
      idOf('parameters: {gamma: {values: [0]}}', 'tfjs/wasm@1'),
    ];
    expect(new Set([base, ...others]).size).toBe(5);
    const rankedBy = (metric: string) =>
      idOf(`parameters: {gamma: {values: [0]}}\nmetric: {name: ${metric}}`);
    expect(rankedBy('f_beta, beta: 2')).toBe(rankedBy('f_beta'));
    expect(rankedBy('f_beta, beta: 3')).not.toBe(rankedBy('f_beta'));
  });

  it('does not tell configurations apart that train alike', () => {
    expect(plan('parameters: {gamma: {values: [0]}, momentum: {values: [0.5, 0.9]}}').trials).toHaveLength(1);
    expect(
      plan('parameters: {gamma: {values: [0]}, momentum: {values: [0.5, 0.9]}}\ntrain: {optimizer: sgd}')
        .trials,
    ).toHaveLength(2);
  });

  it('places a class weight that names no class', () => {
    const text = 'parameters:\n  alpha: {values: [1, {Dridx: 3}]}';
    const error = thrown(() => plan(text));
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toMatch(/Dridx.*Did you mean "Dridex"/s);
    expect((error as UserError).where).toMatch(/^sweep\.yaml:4:/);
  });

  it('refuses a grid of a trillion points before it expands anything', () => {
    const values = Array.from({ length: 10_000 }, (_, index) => index / 10_000).join(', ');
    const text = `parameters:\n  gamma: {values: [${values}]}\n  dropout: {values: [${values}]}\n  weight_decay: {values: [${values}]}`;
    expect(plannedRunCount(parseSpec(HEAD + text))).toBeGreaterThanOrEqual(3e12);
    expect(() => plan(text)).toThrow(/at most 10,000,000/);
  });

  it.each([
    [
      'scalar α under Adam',
      'parameters: {alpha: {values: [1, 2]}}',
      /only scales the loss.*Under adam it changes almost nothing/,
    ],
    [
      'scalar α under SGD',
      'parameters: {alpha: {values: [1, 2]}}\ntrain: {optimizer: sgd}',
      /second learning rate/,
    ],
    [
      'an axis that only some of the configurations look at',
      'parameters: {momentum: {values: [0.5, 0.9]}, optimizer: {values: [adam, sgd]}}',
      /momentum is an axis, but only sgd uses it: under adam its values are one configuration/,
    ],
    ['one seed', 'seeds: 1', /cannot tell a better configuration/],
    ['patience longer than training', 'train: {epochs: 5, patience: 8}', /never stops a run of 5 epochs/],
    ['raw features', '', /not z-normalised/],
  ])('warns of %s', async (_name, rest, warning) => {
    const normalization = { largestMean: 40, largestSdDeviation: 3 };
    const card = { ...dataset.card, normalize: 'none' as const, normalization };
    const { warnings } = planSweep(parseSpec(HEAD + rest), { ...dataset, card }, 'tfjs/cpu@1');
    expect(warnings.join('\n')).toMatch(warning);
  });

  it('says nothing of a patience that nobody has set', () => {
    const { warnings } = planSweep(parseSpec(`${HEAD}train: {epochs: 5}`), dataset, 'tfjs/cpu@1');
    expect(warnings.join('\n')).not.toContain('patience');
  });

  it('never advises the normalisation that is set', () => {
    const card = { ...dataset.card, normalization: { largestMean: 1, largestSdDeviation: 0.1 } };
    const { warnings } = planSweep(parseSpec(HEAD), { ...dataset, card }, 'tfjs/cpu@1');
    expect(warnings.join('\n')).not.toContain('normalize');
  });

  it('repeats what is probably wrong with the data', () => {
    const card = { ...dataset.card, warnings: ['Column "x" is taken as categories.'] };
    const { warnings } = planSweep(parseSpec(HEAD), { ...dataset, card }, 'tfjs/cpu@1');
    expect(warnings).toContain('Column "x" is taken as categories.');
  });

  describe('of a spec with costs', () => {
    const folder = mkdtempSync(join(tmpdir(), 'focalsweep-costs-'));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    const classNames = ['class0', 'class1'];
    const table = datasetOf({ features: [[0], [1]], labels: [0, 1], classes: 2 });
    const costsIn = (costs: string) =>
      planSweep(parseSpec(`${HEAD}costs: ${costs}`, join(folder, 'sweep.yaml')), table, 'tfjs/cpu@1').costs;
    const refusal = (work: () => unknown) => thrown(work) as UserError;
    const csv = (text: string) => {
      writeFileSync(join(folder, 'costs.csv'), text);
      return costsIn('costs.csv');
    };

    it('has them by true class and predicted class; what is not named costs 1', () => {
      expect(costsIn('{class1: 50}')).toEqual([
        [0, 1],
        [50, 0],
      ]);
      expect(costsIn('{class0: {class0: 0.5, class1: 2}}')).toEqual([
        [0.5, 2],
        [1, 0],
      ]);
      expect(plan('').costs).toBeNull();
    });

    it('reads them from a table, in any order of the classes', () => {
      expect(csv('true,class1,class0\nclass1,0,7.5\nclass0,2,0\n')).toEqual([
        [0, 2],
        [7.5, 0],
      ]);
    });

    it('takes classes by any spelling of their labels, and each once', () => {
      const numbers = { ...table, classNames: ['0', '1'] };
      const ofNumbers = (costs: string) =>
        planSweep(parseSpec(`${HEAD}costs: ${costs}`, join(folder, 'sweep.yaml')), numbers, 'tfjs/cpu@1')
          .costs;
      const wanted = ofNumbers('{"0": 3, "1": {"0": 50}}');
      expect(ofNumbers('{"0.0": 3, "1.00": {"0.0": 50}}')).toEqual(wanted);
      expect(wanted).toEqual([
        [0, 3],
        [50, 0],
      ]);
      const twice = refusal(() => ofNumbers('{"0": 3, "0.0": 4}'));
      expect(twice.message).toBe('costs: "0" and "0.0" are one class');
      expect(twice.where).toMatch(/sweep\.yaml:3:\d+$/);
    });

    it('says which class there is not, which cost is none, and what cannot be read', () => {
      const unknown = refusal(() => costsIn('{clas1: 5}'));
      expect(unknown.message).toContain('costs: no class is called "clas1". Did you mean "class1"?');
      expect(unknown.where).toMatch(/sweep\.yaml:3:\d+$/);
      expect(unknown.fix).toContain(classNames.join(', '));
      const wrong = refusal(() => csv('true,class0,class1\nclass0,0,x\n'));
      expect(wrong.message).toBe('the cost "x" of taking "class0" for "class1" is not a number of 0 or more');
      expect(wrong.where).toMatch(/costs\.csv:2:10$/);
      const later = refusal(() => csv('true,class0,class1\r\n\r\nclass0,0,1\r\n"class1", -2,0\r\n'));
      expect(later.message).toContain('the cost "-2" of taking "class1" for "class0"');
      expect(later.where).toMatch(/costs\.csv:4:11$/);
      const several = refusal(() => csv('true,"a, b",class1\n"class\n0",0,1\nclass1,"1,5",0\n'));
      expect(several.where).toMatch(/costs\.csv:4:8$/);
      expect(refusal(() => csv('true,class0\nclass0,0,1\n')).message).toContain('2 costs for 1');
      expect(refusal(() => costsIn('missing.csv')).message).toContain('ENOENT');
    });
  });

  describe('ranked by what mistakes cost', () => {
    const table = datasetOf({ features: [[0], [1]], labels: [0, 1], classes: 2 });
    const planned = (text: string) => planSweep(parseSpec(`${HEAD}${text}`), table, 'tfjs/cpu@1');
    const idsOf = (text: string) => planned(text).runs.map(({ runId }) => runId);

    it('has its costs as part of the metric, by class', () => {
      const { spec, costs } = planned('metric: {name: expected_cost}\ncosts: {class1: 50}');
      expect(spec.metric).toEqual({ name: 'expected_cost', goal: 'minimize', costs });
    });

    it('trains again under other costs, which would choose other epochs', () => {
      const by = (cost: number) => idsOf(`metric: {name: expected_cost}\ncosts: {class1: ${cost}}`);
      expect(by(50)).toEqual(by(50));
      expect(by(50).filter((runId) => by(20).includes(runId))).toEqual([]);
      const search = (cost: number) =>
        searchIdOf(planned(`metric: {name: expected_cost}\ncosts: {class1: ${cost}}`));
      expect(search(50)).not.toBe(search(20));
    });

    it('keeps every run under other costs where another metric chooses the epochs', () => {
      const choose = 'choose: [{name: cheap, minimize: expected_cost}]\n';
      expect(idsOf(`${choose}costs: {class1: 50}`)).toEqual(idsOf(''));
      expect(idsOf(`${choose}costs: {class1: 20}`)).toEqual(idsOf(''));
      expect(searchIdOf(planned('costs: {class1: 50}'))).toBe(searchIdOf(planned('')));
    });

    it.each([
      'choose: [{name: cheap, minimize: expected_cost}]\nstop: {type: halving_then_racing}\nseeds: 2\n',
      'choose: [{name: good, maximize: macro_f1, constraints: {expected_cost: {margin: 0.1}}}]\nmethod: nsga2\ntrials: 30\n',
    ])('searches anew under other costs where it looks at them: %j', (text) => {
      const by = (cost: number) => searchIdOf(planned(`${text}costs: {class1: ${cost}}`));
      expect(by(50)).toBe(by(50));
      expect(by(50)).not.toBe(by(20));
    });
  });

  it('warns of two classes with few positives, unless the metric ranks rows', () => {
    const labels = Array.from({ length: 400 }, (_, row) => Number(row % 100 === 0));
    const binary = datasetOf({ features: labels.map((label) => [label]), labels, classes: 2 });
    const warningsOf = (metric: string, data = binary) =>
      planSweep(parseSpec(`${HEAD}metric: {name: ${metric}}`), data, 'tfjs/cpu@1').warnings.join('\n');
    expect(warningsOf('accuracy')).toMatch(
      /class1 is 1\.0 % of the training rows \(4 rows\).*average_precision/,
    );
    expect(warningsOf('recall_at_fpr')).not.toContain('of the training rows');
    const even = datasetOf({
      features: labels.map((label) => [label]),
      labels: labels.map((_, row) => row % 2),
      classes: 2,
    });
    expect(warningsOf('accuracy', even)).not.toContain('of the training rows');
  });
});

describe('canonical JSON', () => {
  it('is the same for equal values, whatever the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    expect(canonicalJson({ b: 1, a: [{ d: 2, c: 3 }] })).toBe('{"a":[{"c":3,"d":2}],"b":1}');
  });
});
