// The generated parts of the README, as Markdown: the spec reference, the commands with real output, the SQL views.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandName } from '../dist/cli/command.js';
import { COMMANDS } from '../dist/cli/commands/commands.js';
import { sweepJsonSchema } from '../dist/spec/json-schema.js';
import { VIEW_COLUMNS } from '../dist/store/sqlite/views.js';
import { root } from './prepare.mjs';

const MOST_LINES = 14;

/** What the README shows of each command; the first ones make the database that the later ones read. */
const EXAMPLES = {
  launch: [['launch sweeps/quickstart.yaml', 12]],
  resume: [['resume quickstart', 3]],
  retry: [['retry quickstart --failed', 3]],
  stop: [['stop quickstart', 3]],
  check: [['check', 6]],
  suggest: [['suggest quickstart', 16]],
  plan: [['plan sweeps/quickstart.yaml', 8]],
  data: [['data sweeps/quickstart.yaml', 12]],
  report: [['report quickstart --top 3', 12]],
  query: [
    [
      'query quickstart --where "gamma >= 2 and macro_f1 > 0.55" --sort -rare_recall --limit 3 --columns run,alpha,gamma,seed,macro_f1,rare_recall',
      8,
    ],
    [
      'query --sql "select alpha, gamma, round(macro_f1, 3) as macro_f1 from leaderboard order by rank limit 3" --format csv',
      6,
    ],
  ],
  compare: [['compare <trial 1> <trial 2>', 14]],
  sweeps: [['sweeps', 6]],
  show: [['show <run>', 10]],
  fingerprint: [['fingerprint quickstart', 3]],
  doctor: [['doctor', 12]],
};

/** The spec reference from the JSON Schema: one table per section. */
export function specReference() {
  const { properties } = sweepJsonSchema();
  const top = Object.entries(properties).filter(([, value]) => value.type !== 'object' || !value.properties);
  const sections = Object.entries(properties).filter(([, value]) => value.properties);
  return [
    table('key', top),
    ...sections.map(
      ([name, section]) =>
        `**\`${name}\`** ${section.description ?? ''}\n\n${table('key', Object.entries(section.properties))}`,
    ),
  ].join('\n\n');
}

function table(head, entries) {
  const rows = entries.map(
    ([name, { description = '' }]) => `| \`${name}\` | ${description.replaceAll('|', '\\|')} |`,
  );
  return [`| ${head} | meaning |`, '|---|---|', ...rows].join('\n');
}

/** What the views of the database hold. */
export function viewReference() {
  const rows = VIEW_COLUMNS.map(
    ({ view, column, description }) => `| \`${view}\` | \`${column}\` | ${description} |`,
  );
  return ['| view | column | meaning |', '|---|---|---|', ...rows].join('\n');
}

/** Every command with its arguments, without examples: what the README must say of them. */
export function commandReference(command) {
  const { usage, describe, positionals, options } = command;
  const rows = [
    ...Object.entries(positionals).map(([name, option]) => row(`${name}`, option)),
    ...Object.entries(options).map(([name, option]) => row(`--${name}`, option)),
  ];
  const arguments_ = rows.length === 0 ? [] : ['', '| argument | meaning |', '|---|---|', ...rows];
  return [`### \`focalsweep ${usage}\``, '', `${describe}.`, ...arguments_].join('\n');
}

function row(name, { describe, choices, default: given, defaultDescription }) {
  const among = choices ? ` (${choices.join(', ')})` : '';
  const otherwise =
    defaultDescription ?? (given === undefined || given === false ? undefined : `\`${given}\``);
  return `| \`${name}\` | ${describe}${among}${otherwise === undefined ? '' : `; default ${otherwise}`} |`;
}

/** The parts of the README that come from running commands, in a folder of their own. */
export function realOutput() {
  const folder = mkdtempSync(join(tmpdir(), 'focalsweep-readme-'));
  cpSync(join(root, 'sweeps'), join(folder, 'sweeps'), { recursive: true });
  const focalsweep = (line) => {
    const args = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
    const result = spawnSync(process.execPath, [join(root, 'dist/bundle/main.js'), ...args], {
      cwd: folder,
      encoding: 'utf8',
    });
    if (result.status !== 0) throw new Error(`focalsweep ${line}: ${result.stderr}`);
    // What a command only says, it says on stderr.
    return result.stdout === '' ? result.stderr : result.stdout;
  };
  try {
    const start = example(
      'launch sweeps/quickstart.yaml',
      focalsweep('launch sweeps/quickstart.yaml'),
      40,
    ).replace('npx focalsweep launch sweeps/quickstart.yaml', 'npm start');
    const [first, second] = JSON.parse(focalsweep('report --format json')).configurations.map((row) =>
      row.trial_id.slice(0, 8),
    );
    const [{ run }] = JSON.parse(focalsweep('query --limit 1 --columns run --format json'));
    const fill = (line) =>
      line.replace('<trial 1>', first).replace('<trial 2>', second).replace('<run>', run.slice(0, 8));
    const commands = COMMANDS.map((command) => {
      const examples = (EXAMPLES[commandName(command)] ?? []).map(([line, lines]) =>
        example(fill(line), focalsweep(fill(line)), lines),
      );
      return [commandReference(command), ...examples].join('\n\n');
    }).join('\n\n');
    return { start, commands };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function example(line, output, most = MOST_LINES) {
  const lines = output.trimEnd().split('\n');
  const shown = lines.length > most ? [...lines.slice(0, most), '…'] : lines;
  return ['```console', `$ npx focalsweep ${line}`, ...shown, '```'].join('\n');
}
