// Trees and networks beside other people's programs on eight tables: node studies/models.mjs (build first: npx tsc && node scripts/bundle.mjs).
//   --python PROGRAM  a Python with lightgbm, scikit-learn and optuna; without it there are no other programs to compare with
//   --data FOLDER     where the tables are; ../shared/data by default
//   --folder FOLDER   keeps what was trained, so that a second run trains nothing
//   --only NAME       tables whose name has this part
//   --json FILE       also writes the figures
//   --short           a small table and few configurations, to see that it works
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { exportTable } from './models/arrays.mjs';
import { foldsOf } from './models/folds.mjs';
import { PEERS, runPeer } from './models/peers.mjs';
import { TestRows } from './models/score.mjs';
import { sharedPairs } from './models/shared.mjs';
import { EQUAL, MODELS, SHORT_MODELS } from './models/spaces.mjs';
import { studyTables } from './models/tables.mjs';
import { studyText } from './models/text.mjs';
import {
  bestOfKind,
  chosenFor,
  countedMore,
  decidedFor,
  KINDS,
  logitsOf,
  trainSweep,
} from './models/train.mjs';

const { values: options } = parseArgs({
  options: {
    python: { type: 'string' },
    data: { type: 'string', default: fileURLToPath(new URL('../../shared/data/', import.meta.url)) },
    folder: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'string' },
    short: { type: 'boolean', default: false },
  },
});
const folder = resolve(options.folder ?? mkdtempSync(join(tmpdir(), 'focalsweep-models-')));
mkdirSync(folder, { recursive: true });
const say = (text) => process.stderr.write(`${text}\n`);

async function studyTable(table) {
  const folds = [];
  for (const [at, data] of foldsOf(table, folder).entries()) {
    const own = join(folder, table.name, `fold-${at + 1}`);
    mkdirSync(own, { recursive: true });
    say(`${table.name}, fold ${at + 1}`);
    folds.push(await studyFold(data, own));
  }
  return { name: table.name, title: table.title, folds };
}

async function studyFold(data, own) {
  const dataset = await exportTable(data, own);
  const rows = new TestRows(dataset);
  const trained = await trainSweep(options.short ? SHORT_MODELS : MODELS, data, own);
  const equal = await trainSweep(EQUAL, data, own);
  const score = async (configuration, { store, cpuSeconds } = trained, factor = 1) => {
    const logits = countedMore(await logitsOf(configuration, store), dataset, factor);
    return { ...rows.of(logits.map((one) => ({ logits: one }))), cpuSeconds, chosen: configuration.label };
  };
  const programs = {
    overall: await score(chosenFor('overall', trained)),
    rare: await score(chosenFor('rare classes', trained)),
    decided: await scoreDecided(trained, score),
    equal: await score(equal.ranking.best, equal),
  };
  const kinds = {};
  for (const kind of Object.keys(KINDS)) kinds[kind] = await score(bestOfKind(kind, trained));
  for (const peer of options.python === undefined ? [] : Object.keys(PEERS)) {
    say(`  ${PEERS[peer]}`);
    const { outputs, ...rest } = runPeer(peer, { python: options.python, folder: own });
    programs[peer] = { ...rows.of(outputs), ...rest };
  }
  const { rowCount, featureCount, classNames, split, labels, rareClasses } = dataset;
  const { configurations, contrasts } = trained.ranking;
  return {
    rowCount,
    featureCount,
    classes: classNames.length,
    rareRows: split.test.filter((row) => rareClasses.includes(labels[row])).length,
    configurations: configurations.length,
    programs,
    kinds,
    contrasts,
    pairs: await sharedPairs(trained, MODELS.name),
  };
}

/** Where counting rare classes more often finds nothing more, the choice as it was trained. */
async function scoreDecided(trained, score) {
  const more = decidedFor('rare classes', trained);
  if (more === null) return score(chosenFor('rare classes', trained));
  const scored = await score(more.configuration, trained, more.factor);
  return { ...scored, chosen: `${scored.chosen}, rare classes × ${more.factor}` };
}

const tables = [];
for (const table of studyTables({ ...options, samples: folder, note: say }))
  tables.push(await studyTable(table));
console.log(tables.length === 0 ? 'No table is there.' : studyText(tables));
if (options.json !== undefined) {
  const plain = (key, value) => (key === 'draws' ? undefined : value);
  writeFileSync(options.json, JSON.stringify(tables, plain, 2));
}
