import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UserError } from '../../src/errors.js';
import { isWhole } from '../../src/knobs/knob.js';
import { KNOB_DEFAULTS, KNOB_NAMES, knobRow, type TrialConfig } from '../../src/knobs/knobs.js';
import { trialIdOf } from '../../src/plan/identity.js';
import { configurationCells, configurationJson, configurationOf } from '../../src/store/configuration.js';
import { openStore } from '../../src/store/open-store.js';
import { knobCell } from '../../src/where/cells.js';
import { canonicalJson } from '../../src/wording/canonical-json.js';
import { knobConfig } from '../knob-config.js';
import { thrown } from '../thrown.js';
import { sampleSweep } from './sample-sweep.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();

/** Numbers of every size, down to their last bit. */
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  fc.constantFrom(0, 0.1, 1 / 3, 5e-324, 1e-7, 123456789.12345679, 1e21, 1e300),
);
const whole = fc.integer({ min: 0, max: 1_000_000 });
const className = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
  .filter((name) => name !== '__proto__');
const configuration: fc.Arbitrary<TrialConfig> = fc.record({
  ...(Object.fromEntries(
    KNOB_NAMES.map((name) => [
      name,
      typeof KNOB_DEFAULTS[name] === 'number'
        ? isWhole(knobRow(name))
          ? whole
          : number
        : fc.constant(KNOB_DEFAULTS[name]),
    ]),
  ) as { [name in keyof TrialConfig]: fc.Arbitrary<TrialConfig[name]> }),
  alpha: fc.oneof(
    number,
    fc.constant('balanced' as const),
    fc.record({ effective_number: number }),
    fc.array(number, { minLength: 2, maxLength: 5 }),
    fc.dictionary(className, number, { minKeys: 1, maxKeys: 4 }),
  ),
  optimizer: fc.constantFrom('adam', 'adamw', 'sgd'),
  hidden: fc.array(whole, { maxLength: 4 }),
  activation: fc.constantFrom('relu', 'tanh'),
  normalize: fc.constantFrom('zscore', 'robust', 'quantile', 'log1p'),
  encode_numbers: fc.oneof(fc.constant('none' as const), fc.record({ piecewise_linear: whole })),
  residual: fc.boolean(),
});

test('a configuration comes back as it was kept, and has the same id', () => {
  fc.assert(
    fc.property(configuration, (config) => {
      const back = knobConfig(configurationOf(configurationJson(config, {})));
      expect(back).toEqual(config);
      expect(Object.keys(back)).toEqual(KNOB_NAMES);
      const idOf = (one: TrialConfig): string =>
        trialIdOf({ config: one, dataset: '', metric: { name: 'mcc', goal: 'maximize' }, engine: '' });
      expect(idOf(back)).toBe(idOf(config));
    }),
  );
});

test('views, conditions and sorting see its values to the last bit', async () => {
  const trials = fc.sample(configuration, { numRuns: 400, seed: 6 }).map((config, at) => ({
    trialId: `trial-${at}`,
    engine: 'tfjs/wasm@1',
    point: {},
    config,
    addedBaseline: false,
  }));
  const runs = trials.map(({ trialId }) => ({ runId: `run-${trialId}`, trialId, seed: 1 }));
  const path = `${folder}/views.db`;
  const writer = await openStore(path).writer();
  await writer.open(sampleSweep({ trials, runs }));
  await writer.close();
  const reader = await openStore(path).reader();
  const { rows } = await reader.query({ columns: [...KNOB_NAMES] });
  const cells = trials.map(({ config }) => KNOB_NAMES.map((name) => knobCell(config[name])));
  expect(rows).toEqual(cells);

  const rates = trials.map(({ config }) => config.learning_rate);
  const sorted = await reader.query({ columns: ['learning_rate'], sort: ['learning_rate'] });
  expect(sorted.rows.flat()).toEqual(rates.toSorted((a, b) => a - b));
  for (const rate of rates.slice(0, 20)) {
    const found = await reader.query({ columns: ['learning_rate'], where: `learning_rate = ${rate}` });
    expect(found.rows).toHaveLength(rates.filter((other) => other === rate).length);
  }
  for (const { config } of trials.filter((trial) => typeof trial.config.alpha === 'object').slice(0, 20)) {
    const where = `alpha = '${canonicalJson(config.alpha).replaceAll("'", "''")}'`;
    expect((await reader.query({ columns: ['alpha'], where })).rows[0]).toEqual([
      canonicalJson(config.alpha),
    ]);
  }
  for (const residual of [true, false]) {
    const found = await reader.query({ columns: ['residual'], where: `residual = ${residual}` });
    expect(found.rows).toHaveLength(trials.filter(({ config }) => config.residual === residual).length);
  }
  await reader.close();
});

test('its columns keep the types that they had', async () => {
  const path = `${folder}/types.db`;
  const writer = await openStore(path).writer();
  await writer.open(sampleSweep({ seeds: [1] }));
  await writer.close();
  const reader = await openStore(path).reader();
  const types = (view: string) =>
    reader.sql(
      `SELECT typeof(gamma), typeof(epochs), typeof(optimizer), typeof(hidden), gamma / 4, gamma = '2', typeof(alpha)
       FROM ${view} WHERE trial IN ('bb-trial', 'aa-trial') ORDER BY position`,
      20_000,
    );
  for (const view of ['runs_wide', 'leaderboard']) {
    expect((await types(view)).rows).toEqual([
      ['real', 'integer', 'text', 'text', 0, 0, 'real'],
      ['real', 'integer', 'text', 'text', 0.5, 1, 'text'],
    ]);
  }
  await reader.close();
});

test('the baseline of the leaderboard is the configuration whose loss is plain cross-entropy', async () => {
  const plain = { ...KNOB_DEFAULTS, gamma: 0 };
  const configs: TrialConfig[] = [
    plain,
    { ...plain, loss: 'ldam' },
    { ...plain, loss: 'poly1', poly_epsilon: 0 },
    { ...plain, logit_adjustment: 1 },
    KNOB_DEFAULTS,
  ];
  const trials = configs.map((config, at) => ({
    trialId: `trial-${at}`,
    point: {},
    config,
    engine: 'tfjs/wasm@1',
    addedBaseline: false,
  }));
  const path = `${folder}/baseline.db`;
  const writer = await openStore(path).writer();
  await writer.open(sampleSweep({ trials, runs: [] }));
  await writer.close();
  const reader = await openStore(path).reader();
  const statement = 'SELECT is_baseline, loss FROM leaderboard ORDER BY position';
  expect((await reader.sql(statement, 20_000)).rows).toEqual([
    [1, 'focal'],
    [0, 'ldam'],
    [0, 'poly1'],
    [0, 'focal'],
    [0, 'focal'],
  ]);
  await reader.close();
});

test('cells of a fingerprint are those of the columns of the first release, in their order', () => {
  const config: TrialConfig = { ...KNOB_DEFAULTS, alpha: { b: 1, a: 2 }, hidden: [] };
  expect(configurationCells(config)).toEqual([
    ...['{"a":2,"b":1}', 2, 0.001, 30, 128, 'adam', 0.9, 0, 7, 'shuffle', 0, 'best', '[]', 'relu', 0],
  ]);
});

test('a later knob is a cell of a fingerprint, with its name, only where it differs from its default', () => {
  const plain = configurationCells({ ...KNOB_DEFAULTS, logit_adjustment: 0 });
  expect(configurationCells({ ...KNOB_DEFAULTS, logit_adjustment: 0.5 })).toEqual([
    ...plain,
    'logit_adjustment',
    0.5,
  ]);
});

test('a knob of a newer program is named, not left out', () => {
  const error = thrown(() => configurationOf('{"gamma":1,"warmup":3}'));
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).message).toContain('the knob "warmup"');
});
