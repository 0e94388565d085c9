// Measures what is said about focal loss and writes the generated parts and pictures of docs/tuning-focal-loss.md. Build first:
//   node studies/tuning-focal-loss.mjs [folder for the databases]
// A folder that was used before is continued; `taskset -c 0` in front keeps everything on one core.
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gammaPicture, imbalancePicture, methodPicture, postHocPicture } from './tuning/change-pictures.mjs';
import { writeParts, writePicture } from './tuning/document.mjs';
import { convergenceTable, earlyTable, fittingTable, patienceTable } from './tuning/learning-tables.mjs';
import { bandPicture, convergencePicture, recallPicture } from './tuning/pictures.mjs';
import { remedyTable } from './tuning/remedies.mjs';
import { launch, readStudy } from './tuning/results.mjs';
import { HAS_NETML, STUDIES } from './tuning/sweeps.mjs';
import {
  bandTable,
  gammaTable,
  imbalanceTable,
  methodTable,
  postHocTable,
  runTable,
  scalarTable,
} from './tuning/tables.mjs';

const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'focalsweep-tuning-'));
mkdirSync(folder, { recursive: true });
if (!HAS_NETML) process.stderr.write('NetML-2020 is not here (../shared/data): left out.\n');

const studies = {};
for (const [study, { replicates, epochs, specsOf }] of Object.entries(STUDIES)) {
  const databases = [];
  for (let replicate = 1; replicate <= replicates; replicate++) {
    databases.push(await launch({ study, specs: specsOf(replicate, folder), replicate, folder }));
  }
  studies[study] = { ...(await readStudy(databases)), epochs };
}
const { imbalance, malware21 } = studies;
const tables = Object.entries(studies).filter(([name]) => name !== 'imbalance');
const pictures = {
  gamma: gammaPicture(tables),
  methods: methodPicture(tables),
  convergence: convergencePicture(tables),
  bands: bandPicture(tables),
  imbalance: imbalancePicture(imbalance),
  'post-hoc': postHocPicture(tables),
  ...Object.fromEntries(tables.map((table) => [`recall-${table[0]}`, recallPicture(table)])),
};
const perTable = (kind, tableOf) => tables.map(([name, study]) => [`${kind}-${name}`, tableOf(study)]);
writeParts({
  runs: runTable(studies),
  imbalance: imbalanceTable(imbalance),
  bands: bandTable(tables),
  scalar: scalarTable(malware21),
  remedies: remedyTable(malware21),
  patience: patienceTable(tables),
  ...Object.fromEntries([
    ...perTable('methods', methodTable),
    ...perTable('gamma', gammaTable),
    ...perTable('convergence', convergenceTable),
    ...perTable('early', earlyTable),
    ...perTable('fitting', fittingTable),
    ...perTable('post-hoc', postHocTable),
    ...Object.entries(pictures).map(([name, chart]) => [`picture-${name}`, writePicture(name, chart)]),
  ]),
});
