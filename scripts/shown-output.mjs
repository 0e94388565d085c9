// The parts of the README and of docs/ that come from running commands.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandName } from '../dist/cli/command.js';
import { COMMANDS } from '../dist/cli/commands/commands.js';
import { root } from './prepare.mjs';
import { commandReference, TABLE_COLUMNS, tableReference } from './reference.mjs';

/** Makes stdout a terminal of this width: most configurations fit in one line. */
const WIDE_TERMINAL = [
  '--import',
  'data:text/javascript,Object.assign(process.stdout, { isTTY: true, columns: 124 })',
];

/** The examples of each command in docs/commands.md, and how many lines of output each shows. */
const EXAMPLES = {
  init: [['init payments.csv', 9]],
  launch: [['launch sweeps/quickstart.yaml', 5]],
  worker: [['worker --quit-after 0', 2]],
  resume: [['resume quickstart', 3]],
  retry: [['retry quickstart --failed', 3]],
  train: [['train sweeps/quickstart.yaml --set space=trees --set alpha=balanced --set gamma=0', 8]],
  stop: [['stop quickstart', 3]],
  plan: [['plan sweeps/quickstart.yaml', 6]],
  data: [['data sweeps/quickstart.yaml', 10]],
  report: [
    ['report quickstart --top 3', 10],
    ['report quickstart --confirm', 3],
  ],
  importance: [['importance quickstart', 9]],
  query: [
    [
      'query quickstart --where "space == trees and macro_f1 > 0.5" --sort -rare_recall --limit 3 --columns run,space,alpha,gamma,seed,macro_f1,rare_recall',
      8,
    ],
  ],
  compare: [['compare <trial 1> <trial 2>', 14]],
  suggest: [['suggest quickstart', 12]],
  predict: [['predict quickstart#1 new.csv', 4]],
  export: [
    ['export quickstart#1 --to onnx --out results/model.onnx --force', 2],
    ['export quickstart --runs --out results/tables --force', 2],
  ],
  sweeps: [['sweeps', 6]],
  show: [['show <run>', 8]],
  client: [['client python', 6]],
  completion: [['completion bash', 4]],
  fingerprint: [['fingerprint quickstart', 3]],
  check: [['check', 6]],
  merge: [['merge results/focalsweep.db --db results/copy.db', 2]],
  copy: [['copy results/focalsweep.db results/other.db quickstart', 2]],
  rename: [['rename quickstart first-look --db results/copy.db', 2]],
  delete: [['delete first-look --yes --db results/copy.db', 2]],
  doctor: [['doctor', 12]],
};

/** The queries in docs/database.md. */
const QUERIES = [
  [
    'The best configurations, and those that were chosen',
    'select rank, alpha, gamma, learning_rate, round(macro_f1, 3) as macro_f1, round(macro_f1_sd, 3) as sd, round(rare_recall, 3) as rare_recall, chosen_for from leaderboard where rank <= 3 or chosen_for is not null order by rank',
  ],
  [
    'One axis, averaged over all others',
    'select alpha, count(*) as runs, round(avg(macro_f1), 3) as macro_f1, round(avg(rare_recall), 3) as rare_recall from runs_wide group by alpha order by macro_f1 desc',
  ],
  [
    'One class under each α',
    "select alpha, support, round(avg(recall), 3) as recall, round(avg(precision), 3) as precision from class_recall join runs_wide using (sweep, run) where class = 'Ramnit' group by alpha",
  ],
  [
    'The learning curve of the best configuration, mean over seeds',
    'select epoch, count(*) as seeds, round(avg(train_loss), 3) as train_loss, round(avg(epochs.macro_f1), 3) as macro_f1 from epochs join runs_wide on run = run_id where trial = (select trial from leaderboard where rank = 1) group by epoch having epoch % 5 = 0',
  ],
];

/** Runs the commands in a folder of their own; returns every part by its name. */
export function shownOutput() {
  const folder = mkdtempSync(join(tmpdir(), 'focalsweep-shown-'));
  cpSync(join(root, 'sweeps'), join(folder, 'sweeps'), { recursive: true });
  const payments = spawnSync(process.execPath, [join(root, 'docs/examples/payments.mjs'), '20000']);
  writeFileSync(join(folder, 'payments.csv'), payments.stdout);
  const flows = spawnSync(process.execPath, [join(root, 'docs/examples/new-flows.mjs'), '3']);
  writeFileSync(join(folder, 'new.csv'), flows.stdout);
  const run = (args, node = []) => {
    const result = spawnSync(process.execPath, [...node, join(root, 'dist/bundle/main.js'), ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
    if (result.status !== 0) throw new Error(`focalsweep ${args.join(' ')}: ${result.stderr}`);
    // Messages without data go to stderr.
    return (result.stdout === '' ? result.stderr : result.stdout).trimEnd().split('\n');
  };
  const json = (...args) => JSON.parse(run([...args, '--format', 'json']).join('\n'));
  const example = (line, most) => block(`npx focalsweep ${line}`, shortened(run(words(line)), most));
  try {
    const start = block('npm start', startLines(run(['launch', 'sweeps/quickstart.yaml'], WIDE_TERMINAL)));
    const [first, second] = json('report').configurations.map(({ trial_id }) => trial_id.slice(0, 8));
    const [{ run: someRun }] = json('query', '--limit', '1', '--columns', 'run');
    const ids = { '<trial 1>': first, '<trial 2>': second, '<run>': someRun.slice(0, 8) };
    const filled = (line) => line.replace(/<.*?>/g, (name) => ids[name]);
    const commands = COMMANDS.map((command) => {
      const examples = EXAMPLES[commandName(command)] ?? [];
      return [commandReference(command), ...examples.map(([line, most]) => example(filled(line), most))];
    });
    const tables = tableReference(json('query', '--sql', TABLE_COLUMNS));
    const queries = QUERIES.map(([title, sql]) => `${title}:\n\n${example(`query --sql "${sql}"`, 9)}`);
    return { start, commands: commands.flat().join('\n\n'), tables, queries: queries.join('\n\n') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The arguments that a shell would make of a line. */
function words(line) {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
}

function block(typed, lines) {
  return ['```console', `$ ${typed}`, ...lines, '```'].join('\n');
}

function shortened(lines, most) {
  return lines.length > most ? [...lines.slice(0, most), '…'] : lines;
}

/** The part of a launch's output that the README shows: the first configurations and the headline. */
function startLines(lines) {
  const table = lines.findIndex((line) => line.startsWith('Ranked by '));
  return [...lines.slice(0, table + 12), '…'];
}
