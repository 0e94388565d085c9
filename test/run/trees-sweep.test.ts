// A sweep of trees on a table with gaps and categories, through real threads and databases: it runs what `npm test` has built.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildReport, openStore, parseSpec, prepareSweep, runSweep } from '../../dist/index.js';
import { randomStream } from '../../src/random.js';

const folder = mkdtempSync(join(tmpdir(), 'focalsweep-trees-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The class follows from the parity of a category's number, and from whether a number is there. */
const stream = randomStream(5, 'synthetic');
const draw = (below: number) => Math.floor(stream.uniform() * below);
const table = Array.from({ length: 900 }, () => {
  const [code, isGap] = [draw(30), draw(4) === 0];
  return `k${code},${isGap ? '' : draw(50)},${draw(9)},${isGap ? 'gap' : ['even', 'odd'][code % 2]}`;
});
writeFileSync(join(folder, 't.csv'), ['kind,size,noise,class', ...table].join('\n'));

const SPEC = `
name: native
parameters:
  encode_categories: {values: [native, one_hot]}
seeds: 2
data: {source: ${JSON.stringify(join(folder, 't.csv'))}, label: class}
model: {type: trees, max_leaves: 4}
train: {epochs: 12, patience: 0}
`;

async function launch(name: string, workers: number) {
  const writer = await openStore(join(folder, name)).writer();
  try {
    const prepared = await prepareSweep(parseSpec(SPEC), { db: join(folder, name) });
    await runSweep({ ...prepared, writer, workers });
  } finally {
    await writer.close();
  }
  const reader = await openStore(join(folder, name)).reader();
  try {
    const report = await buildReport(reader, 'native');
    return { fingerprint: await reader.fingerprint('native'), report };
  } finally {
    await reader.close();
  }
}

describe('a sweep of trees with the encoding of categories as an axis', () => {
  it('has the same results by one worker and by four, and needs few leaves for sets of categories', async () => {
    const [one, four] = [await launch('one.db', 1), await launch('four.db', 4)];
    expect(four.fingerprint).toBe(one.fingerprint);
    const scores = new Map(
      one.report.configurations.map(({ config, metrics }) => [
        config.encode_categories,
        metrics.macro_f1.mean,
      ]),
    );
    expect(scores.get('native')).toBe(1);
    expect(scores.get('one_hot')).toBeLessThan(0.95);
  });
});
