// A sweep whose rows come in groups, from spec to report in both stores: these tests run what `npm test` has built.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  buildComparison,
  buildReport,
  type Dataset,
  type LoadedData,
  loadData,
  loadTrainer,
  openStore,
  parseSpec,
  planSweep,
  render,
  runSweep,
  type SweepReader,
} from '../../dist/index.js';
import { estimateTrials } from '../../src/metrics/estimates/estimate-trials.js';
import { randomStream } from '../../src/random.js';
import { describeServer } from '../store/postgres-server.js';

const folder = mkdtempSync(join(tmpdir(), 'focalsweep-groups-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HOSTS = 100;
const SIZE = 12;

/** Every host moves its rows, so that some hosts are hard as a whole. */
function writeTable(): void {
  const stream = randomStream(3, 'synthetic');
  const lines = Array.from({ length: HOSTS }, (_, host) => {
    const [dx, dy] = [stream.normal(), stream.normal()];
    return Array.from({ length: SIZE }, (_row, at) => {
      const name = at % 4 === 0 ? 'rare' : 'usual';
      const shift = name === 'rare' ? 1.2 : 0;
      return `${shift + dx + 0.5 * stream.normal()},${shift + dy + 0.5 * stream.normal()},host${host},${name}`;
    });
  }).flat();
  writeFileSync(join(folder, 't.csv'), ['x,y,host,class', ...lines, ''].join('\n'));
}
writeTable();

const SPEC = `
name: hosts
parameters:
  gamma: {values: [0, 2]}
seeds: 3
data: {source: t.csv, drop: [host], split: {group: host}}
model: {hidden: [4]}
train: {epochs: 12, batch_size: 64, learning_rate: 0.05}
`;

/** `change` makes the data what an older version would have recorded. */
async function launch(
  text: string,
  url: string,
  change: (dataset: Dataset) => Dataset = (dataset) => dataset,
): Promise<LoadedData> {
  const spec = parseSpec(text);
  const [loaded, trainer] = await Promise.all([loadData(spec.data, folder), loadTrainer('native/wasm')]);
  const dataset = change(loaded.dataset);
  const writer = await openStore(url).writer();
  try {
    const plan = planSweep(spec, dataset, trainer.id);
    await runSweep({ ...loaded, plan, dataset, trainers: [trainer], writer, workers: 1 });
  } finally {
    await writer.close();
  }
  return loaded;
}

const withoutGroups = (dataset: Dataset): Dataset => {
  const { groups: _groups, ...card } = dataset.card;
  return { ...dataset, card };
};

async function reading<T>(url: string, read: (reader: SweepReader) => Promise<T>): Promise<T> {
  const reader = await openStore(url).reader();
  try {
    return await read(reader);
  } finally {
    await reader.close();
  }
}

const ofUrl = (url: string) => reading(url, (reader) => buildReport(reader));

/** The interval of the baseline, by these groups: what the report must show. */
async function expectedInterval(url: string, groups: Uint32Array | undefined) {
  return await reading(url, async (reader) => {
    const { dataset } = await reader.sweep();
    const runs = await reader.runs('hosts');
    const predictions = await reader.predictions(
      runs.map(({ runId }) => runId),
      'validation',
    );
    const trials = [...new Set(runs.map(({ trialId }) => trialId))];
    const ofTrial = (trialId: string) => runs.filter((run) => run.trialId === trialId);
    const { macro_f1 } = estimateTrials(
      {
        ...{ labels: dataset.validationLabels, groups, classCount: 2, rareClasses: dataset.rareClasses },
        trials: trials.map((trialId) =>
          ofTrial(trialId).map(({ runId }) => predictions.get(runId) as Uint16Array),
        ),
      },
      {
        macro_f1: trials.map(
          (trialId) => new Map(ofTrial(trialId).map(({ seed, validation }) => [seed, validation.macro_f1])),
        ),
      },
      {
        ...{ draws: 2000, seed: 0 },
        trainingRows: dataset.validationLabels.length / dataset.support.train.reduce((sum, n) => sum + n, 0),
      },
    );
    return new Map(trials.map((trialId, at) => [trialId, macro_f1.estimates()[at]?.interval]));
  });
}

/** Rows of the table lie host after host, and none is dropped. */
const hostsOf = ({ dataset }: LoadedData) =>
  Uint32Array.from(dataset.split.validation, (row) => Math.floor(row / SIZE));

/** Which number a group has is chance: groups as they are recorded, in the order of their first row. */
function ranked(values: Uint32Array): Uint32Array {
  const seen = [...new Set(values)];
  return values.map((value) => seen.indexOf(value));
}

function describeGroups(create: () => string): void {
  it('has intervals of its groups, and says nothing where there are enough', async () => {
    const url = create();
    const loaded = await launch(SPEC, url);
    const report = await ofUrl(url);
    const [byGroups, byRows] = [
      await expectedInterval(url, ranked(hostsOf(loaded))),
      await expectedInterval(url, undefined),
    ];
    expect(report.configurations).toHaveLength(2);
    for (const { trialId, estimates } of report.configurations) {
      expect(estimates.macro_f1.interval).toEqual(byGroups.get(trialId));
      const [groups, rows] = [byGroups, byRows].map((own) => own.get(trialId));
      const width = (own: typeof groups) => (own?.high ?? 0) - (own?.low ?? 0);
      expect(width(groups)).toBeGreaterThan(1.15 * width(rows));
    }
    expect(report.data.notes.join(' ')).not.toContain('draw');
    const page = await render('report', report, { format: 'md' });
    expect(page).toContain('cover the sampling of groups of host (2,000 draws)');
  });

  it('that an older version recorded draws rows and says so, until it is launched again', async () => {
    const url = create();
    await launch(SPEC, url, withoutGroups);
    const before = await ofUrl(url);
    const byRows = await expectedInterval(url, undefined);
    for (const { trialId, estimates } of before.configurations) {
      expect(estimates.macro_f1.interval).toEqual(byRows.get(trialId));
    }
    const page = await render('report', before, { format: 'md' });
    expect(String(page)).toMatch(/The groups of host are not recorded/);
    const ids = before.configurations.map(({ trialId }) => trialId);
    const compared = await reading(url, (reader) => buildComparison(reader, ids));
    expect(compared.sides[0]?.remarks.join()).toMatch(/The groups of host are not recorded/);

    const loaded = await launch(SPEC, url);
    const after = await ofUrl(url);
    const byGroups = await expectedInterval(url, ranked(hostsOf(loaded)));
    for (const { trialId, estimates } of after.configurations) {
      expect(estimates.macro_f1.interval).toEqual(byGroups.get(trialId));
    }
    expect(after.data.notes.join()).not.toMatch(/are not recorded/);
  });
}

describe('a grouped sweep in a file', () => {
  let count = 0;
  describeGroups(() => join(folder, `sweep-${count++}.db`));
});

describeServer('a grouped sweep on a server', (server) => {
  describeGroups(() => server.freshUrl());
});

it('says that few groups make intervals unsure, in folds too', async () => {
  const url = join(folder, 'folds.db');
  await launch(SPEC.replace('group: host', 'group: host, folds: 8').replace('seeds: 3\n', ''), url);
  const report = await ofUrl(url);
  expect(report.data.notes[0]).toMatch(/^The validation rows are of 10 groups of host: intervals draw whole/);
  const json = String(await render('report', report, { format: 'json' }));
  expect(json).toContain('intervals draw whole groups');
});
