// Trains real sweeps and measures how often a report is right: node studies/coverage.mjs (build first: npx tsc && node scripts/bundle.mjs).
//   --folder PATH     keeps the databases, so that a second run trains nothing
//   --main PATH       the build that trains and reports; this one by default
//   --only NAME       malware21, malware21-sweep, page-blocks or page-blocks-models; the last two need the table ../shared/data/page-blocks
//   --tables N        fewer tables
//   --workers N       threads that train; 1 by default
//   --split KIND      fixed, or per-seed (`split: {reshuffle: true}`); what the build does by default
//   --json FILE       also writes what was observed and judged
//   --short           two small tables, to see that it works
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { judgeAfterTraining } from './coverage/after-training.mjs';
import { judgeChoices } from './coverage/choices.mjs';
import { againstBaseline, againstBest, onTestRows, ownValues, standings } from './coverage/judge.mjs';
import { METRICS, observe } from './coverage/observe.mjs';
import { readOptions } from './coverage/options.mjs';
import { HAS_PAGE_BLOCKS, studiesOf } from './coverage/specs.mjs';
import { studyText } from './coverage/tables.mjs';
import { train } from './coverage/train.mjs';
import { spreadsOf, truthsOf } from './coverage/truth.mjs';

const options = readOptions(process.argv.slice(2));
const library = await import(pathToFileURL(join(options.main, 'dist/bundle/index.js')).href);
if (!HAS_PAGE_BLOCKS && !options.short) {
  process.stderr.write('page-blocks is not here (../shared/data): left out.\n');
}

const studies = [];
for (const study of studiesOf(options)) {
  const observations = [];
  for (let table = 0; table < study.tables; table++) {
    const db = await train(study, table, { ...options, library });
    observations.push(await observe(db, study.judged, library));
  }
  studies.push({ name: study.name, tables: study.tables, observations, ...judge(observations, study) });
}

function judge(observations, { judged: counts, further }) {
  const truths = truthsOf(observations, (seed) => further.has(seed));
  const judged = counts.map((seeds, at) => {
    const reports = observations.map(({ reports: own }) => own[at]);
    return {
      seeds,
      own: ownValues(reports, truths),
      againstBaseline: againstBaseline(reports, truths),
      againstBest: againstBest(reports, truths),
      test: onTestRows(reports, truths),
      standings: standings(reports, truths),
      choices: judgeChoices(reports, truths),
      afterTraining: judgeAfterTraining(reports),
    };
  });
  const spreads = Object.fromEntries(METRICS.map((metric) => [metric, spreadsOf(observations, metric)]));
  return { truths, spreads, judged };
}

console.log(studies.map(studyText).join('\n\n'));
if (options.json !== undefined) {
  const plain = (_, value) => (value instanceof Map ? Object.fromEntries(value) : value);
  writeFileSync(options.json, JSON.stringify({ studies }, plain, 2));
}
