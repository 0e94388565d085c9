import { describe, expect, it } from 'vitest';
import { toldDataset } from '../../src/data/told-dataset.js';
import { knobValue } from '../../src/knobs/knob-value.js';
import { plannedRunCount, planSweep, type SweepPlan } from '../../src/plan/plan.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { datasetOf } from '../../src/testing/small-dataset.js';

const labels = Array.from({ length: 200 }, (_, row) => row % 3);
const dataset = datasetOf({ features: labels.map((label) => [label]), labels, classes: 3 });
const HEAD = 'name: a\ndata: {source: x}\nseeds: 2\n';
const COMMAND = 'train: {command: [sh, train.sh]';

function plan(rest: string, ...engines: readonly string[]): SweepPlan {
  const ids = engines.length === 0 ? ['command@0123456789abcdef'] : engines;
  const planned = planSweep(parseSpec(HEAD + rest), dataset, ...ids);
  expect(plannedRunCount(planned.spec)).toBeGreaterThanOrEqual(planned.runs.length);
  return planned;
}

const added = (rest: string) =>
  plan(rest).trials.flatMap(({ addedBaseline, config }) => (addedBaseline ? [config] : []));
const idsOf = (...of: Parameters<typeof plan>) => plan(...of).trials.map(({ trialId }) => trialId);

describe('the plan of a command', () => {
  it('has its parameters and constants, in the order of the spec, and no other knob', () => {
    const { trials, runs } = plan(
      `${COMMAND}, learning_rate: 0.1}\nparameters: {embedding: {values: [32, small]}, gamma: {value: 0}, warm: {values: [true]}}`,
    );
    expect(trials.map(({ config, point }) => [config, point])).toEqual(
      [32, 'small'].map((embedding) => {
        const point = { embedding, gamma: 0, warm: true };
        return [{ learning_rate: 0.1, ...point, model: 'command' }, point];
      }),
    );
    expect(trials.map(({ engine }) => engine)).toEqual(Array(2).fill('command@0123456789abcdef'));
    expect(runs).toHaveLength(4);
  });

  it('adds cross-entropy where the program takes γ', () => {
    expect(
      added(`${COMMAND}}\nparameters: {gamma: {values: [1, 2]}, embedding: {values: [32, 64]}}`),
    ).toEqual([
      { model: 'command', gamma: 0, embedding: 32 },
      { model: 'command', gamma: 0, embedding: 64 },
    ]);
    expect(added(`${COMMAND}, gamma: 2}\nparameters: {embedding: {values: [32]}}`)).toEqual([
      { model: 'command', gamma: 0, embedding: 32 },
    ]);
  });

  it('adds cross-entropy where it takes α, or both', () => {
    expect(added(`${COMMAND}}\nparameters: {alpha: {values: [balanced]}}`)).toEqual([
      { model: 'command', alpha: 1 },
    ]);
    expect(added(`${COMMAND}, gamma: 2}\nparameters: {alpha: {values: [1, balanced]}}`)).toEqual([
      { model: 'command', alpha: 1, gamma: 0 },
    ]);
    expect(
      added(
        `${COMMAND}}\nparameters: {alpha: {values: [1, balanced]}, gamma: {values: [1, 2]}, logit_adjustment: {values: [1]}}`,
      ),
    ).toEqual([{ model: 'command', alpha: 1, gamma: 0, logit_adjustment: 0 }]);
  });

  it.each([
    ['takes neither', `${COMMAND}}\nparameters: {embedding: {values: [32, 64]}}`],
    ['has it in its grid', `${COMMAND}}\nparameters: {gamma: {values: [0, 2]}}`],
    [
      'has both in its grid',
      `${COMMAND}}\nparameters: {gamma: {values: [0, 2]}, alpha: {values: [1, balanced]}}`,
    ],
    ['names a baseline', `${COMMAND}}\nparameters: {gamma: {values: [1, 2]}}\nbaseline: {gamma: 2}`],
  ])('adds none where the spec %s', (_what, rest) => {
    expect(added(rest)).toEqual([]);
  });

  it('has ids of its trainer, and of each parameter', () => {
    const spec = (text: string) => `${COMMAND}}\nparameters: {${text}}`;
    const known = idsOf(spec('embedding: {value: 32}'));
    expect(known).toHaveLength(1);
    expect(idsOf(spec('embedding: {value: 32}'))).toEqual(known);
    expect(idsOf('train: {command: [other.sh]}\nparameters: {embedding: {value: 32}}')).toEqual(known);
    const others = [
      idsOf(spec('embedding: {value: 32}'), 'command@fedcba9876543210'),
      idsOf(spec('embedding: {value: 33}')),
      idsOf(spec('embedding: {value: "32"}')),
      idsOf(spec('Embedding: {value: 32}')),
      idsOf(spec('embedding: {value: 32}, note: {value: null}')),
      idsOf(spec('embedding: {value: 32}, dropout: {value: 0}')),
      idsOf('train: {module: ./m.mjs}\nparameters: {embedding: {value: 32}}'),
    ].flat();
    expect(new Set([...known, ...others]).size).toBe(8);
  });

  it('does not ask for the order of parameters', () => {
    const first = idsOf(`${COMMAND}}\nparameters: {embedding: {value: 32}, depth: {value: 1}}`);
    expect(idsOf(`${COMMAND}}\nparameters: {depth: {value: 1}, embedding: {value: 32}}`)).toEqual(first);
  });

  it('stands beside models of this package, each with what it takes', () => {
    const { trials } = plan(
      'parameters: {gamma: {values: [2]}}\nspaces:\n  - {name: own, train: {command: [./t]}, parameters: {depth: {values: [1]}}}\n  - {name: ours, model: {hidden: [8]}}',
      'command@0123456789abcdef',
      'native/addon@3',
    );
    expect(
      trials.map(({ space, engine, config, addedBaseline }) => [
        ...[space, engine, addedBaseline],
        ...[config.gamma, knobValue(config, 'depth'), config.hidden],
      ]),
    ).toEqual([
      ['own', 'command@0123456789abcdef', false, 2, 1, undefined],
      ['ours', 'native/addon@3', false, 2, undefined, [8]],
      ['own', 'command@0123456789abcdef', true, 0, 1, undefined],
      ['ours', 'native/addon@3', true, 0, undefined, [8]],
    ]);
  });

  it('warns of few seeds and idle patience, and not of knobs that only our models use', () => {
    const { warnings } = plan(
      `${COMMAND}, epochs: 5, patience: 9}\nparameters: {alpha: {values: [1, 2]}, ldam_margin: {values: [1, 2]}}`,
    );
    expect(warnings.join('\n')).toMatch(/2 seeds per configuration/);
    expect(warnings.join('\n')).toMatch(/patience 9 never stops a run of 5 epochs/);
    expect(warnings.join('\n')).toMatch(/Under most optimisers it changes almost nothing/);
    expect(warnings.join('\n')).not.toMatch(/ldam_margin/);
  });
});

it('without data, the ids are those of the labels that a program tells', () => {
  const told = { classNames: ['a', 'b'], validation: Uint16Array.of(0, 1, 1), test: Uint16Array.of(0, 1) };
  const spec = parseSpec(
    `name: a\n${COMMAND}}\nparameters: {gamma: {values: [0, 2]}, alpha: {value: {nobody: 3}}}`,
  );
  const ids = [told, null, { ...told, test: Uint16Array.of(1, 0) }].map((labelsOf) =>
    planSweep(spec, toldDataset(labelsOf, 'sh train.sh'), 'command@1').trials.map(({ trialId }) => trialId),
  );
  expect(new Set(ids.flat()).size).toBe(ids.flat().length);
  const again = planSweep(spec, toldDataset(told, 'called otherwise'), 'command@1');
  expect(again.trials.map(({ trialId }) => trialId)).toEqual(ids[0]);
});
