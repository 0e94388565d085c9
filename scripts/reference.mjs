// The reference tables of the pages in docs/ and of the README, as Markdown, from the code itself.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandName } from '../dist/cli/command.js';
import { COMMANDS } from '../dist/cli/commands/commands.js';
import { sweepJsonSchema } from '../dist/spec/json-schema.js';
import { VIEW_COLUMNS } from '../dist/store/query/view-columns.js';
import { root } from './prepare.mjs';

/** What each table of the database holds; the columns are read from a database. */
const TABLES = {
  sweeps:
    'one row per sweep: its spec, metric, engine and dataset; `card` is what `focalsweep data` shows, as JSON',
  sweep_trials:
    'which configurations a sweep has, in which order; `point` is the values on its axes, as JSON',
  sweep_runs: 'which runs a sweep has; sweeps share a run that both plan',
  datasets:
    'one row per table and split, with the number of features before numbers are encoded; the labels are `uint16`, little-endian, in the order of the predictions',
  dataset_classes: 'the classes of a dataset, with their rows in each split',
  trials:
    'one row per configuration; `config` has every knob as JSON, or all that a program of your own is given',
  runs: 'one row per configuration and seed',
  results: 'one row per finished run',
  split_metrics: 'the metrics of a finished run on the splits `validation` and `test`',
  class_metrics: 'the metrics of each class on both splits',
  epochs:
    'one row per epoch of a finished run: its learning curve; metrics are those of the validation split',
  confusions: 'confusion matrices: classes × classes, the true class by row, `uint32`, little-endian',
  predictions: 'the predicted class of every row of a split, `uint16`, little-endian',
  logits: 'logits of the validation and test rows of the runs that keep them, 16 bits each',
  models:
    'the weights of the runs that keep them: a model file (safetensors, with a SHA-256 in it), by gzip where that makes it smaller',
  run_states: 'the state of a run, why it failed, how often it was tried',
  attempts: 'one row per training of a run: where, when, how long',
  launches: 'one row per launch: when, where, from which file',
  holders: 'which process is training a sweep',
  checksums:
    'CRC-32 of the rows that belong to a run, trial, dataset or sweep, per table; of logits, per split',
  corrections: 'results that a newer version of the program corrected',
  seed_splits:
    'the splits of seeds, where each has its own: which of the `validation_labels` are its validation rows, `uint32`, little-endian',
  live_epochs:
    'epochs so far of runs that have no result, each with the CRC-32 of its row; metrics are those of the validation split',
  claims: 'which process may train which run, and until when',
  offers: 'runs that a launch with --queue lets workers train now',
  shipped_files: 'files of tables for workers, while a sweep trains',
  checkpoints: 'where runs of a queue can go on',
  expected_costs:
    'what the mistakes of each run cost, by the `costs` of each of its sweeps: written again at every launch, from `confusions`',
  column_importance:
    'what the columns of the source mean to the model of a finished run: their share of the gain of trees, and what metrics of the validation rows lose when a column is shuffled, mean and standard deviation over the shuffles',
  score_draws:
    'metrics of probabilities in each draw of the rows of a split (float32, little-endian), of the runs of sweeps that are ranked by one or have an aim that names one',
  trial_spaces: 'which of its `spaces` a trial of a sweep is of; no rows for sweeps without such a list',
  decisions: 'what a search decided at each step, as JSON',
  run_logs:
    'the end of what the program of a run printed in its last attempt, gzip: at most 1 MB, which `show --log` prints',
  sweep_baselines:
    'what a sweep names as its `baseline`, as JSON; no row for one that is compared with cross-entropy',
  choices:
    'what the last launch chose for the aims of a sweep, from how many results; out of date where the sweep has another number of them',
};

/** A query for the tables of a database and their columns. */
export const TABLE_COLUMNS =
  "select m.name as 'table', c.name as 'column' from sqlite_master m, pragma_table_info(m.name) c where m.type = 'table' and m.name not like 'sqlite%' order by m.name, c.cid";

function table(heads, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(heads), `|${heads.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

const code = (text) => `\`${text}\``;
const cell = (text) => text.replaceAll('|', '\\|');

/** The spec reference from the JSON Schema: its keys, its knobs once, and the keys of each section. */
export function specReference() {
  const { properties } = sweepJsonSchema();
  const { parameters, model, train, ...others } = properties;
  const sections = { model, train, data: others.data };
  const keys = (of) => table(['key', 'meaning'], Object.entries(of).map(keyRow));
  const knobs = Object.keys(parameters.properties).map((knob) => {
    const [name, section] = Object.entries(sections).find(([, one]) => knob in one.properties);
    return knobRow(knob, name, section.properties[knob]);
  });
  const programKeys = Object.fromEntries(
    Object.entries(train.properties).filter(([key]) => !(key in parameters.properties)),
  );
  return [
    `## Keys\n\n${keys({ ...others, parameters, model, train })}`,
    `## Knobs\n\n${table(['knob', 'section', 'values', 'meaning'], knobs)}`,
    `## Programs of your own\n\nKeys of \`train\`:\n\n${keys(programKeys)}`,
    ...Object.entries(others)
      .map(([name, section]) => [name, (name === 'spaces' ? section.items : section).properties])
      .filter(([, own]) => own)
      .map(([name, own]) => `## \`${name}\`\n\n${keys(own)}`),
  ].join('\n\n');
}

function keyRow([name, { description = '' }]) {
  return [code(name), cell(description)];
}

function knobRow(knob, section, schema) {
  return [code(knob), code(section), cell(valuesOf(schema)), cell(schema.description)];
}

/** The values of a knob, if a few words can say them. */
function valuesOf({ type, enum: words, minimum, exclusiveMinimum, maximum, exclusiveMaximum }) {
  if (words !== undefined) return words.map(code).join(', ');
  if (type !== 'number' && type !== 'integer') return '';
  const number = (value) => value.toLocaleString('en');
  const least = minimum === undefined ? `above ${number(exclusiveMinimum)}` : `from ${number(minimum)}`;
  const most = maximum === undefined ? `below ${number(exclusiveMaximum)}` : `to ${number(maximum)}`;
  return `${type === 'integer' ? 'whole, ' : ''}${least} ${most}`;
}

/** The columns of each view of the database. */
export function viewReference() {
  const views = [...new Set(VIEW_COLUMNS.map(({ view }) => view))];
  return views
    .map((view) => {
      const columns = VIEW_COLUMNS.filter((each) => each.view === view);
      const rows = columns.map(({ column, description }) => [code(column), description]);
      return `### \`${view}\`\n\n${table(['column', 'meaning'], rows)}`;
    })
    .join('\n\n');
}

/** The tables of the database; takes the result of TABLE_COLUMNS. */
export function tableReference(columns) {
  const unknown = columns.filter(({ table: name }) => !(name in TABLES)).map(({ table: name }) => name);
  if (unknown.length > 0) throw new Error(`scripts/reference.mjs does not describe ${unknown[0]}`);
  const rows = Object.entries(TABLES).map(([name, meaning]) => {
    const own = columns.filter(({ table: of }) => of === name).map(({ column }) => code(column));
    return [code(name), meaning, own.join(', ')];
  });
  return table(['table', 'holds', 'columns'], rows);
}

/** The examples of docs/library.md by name; test/package runs them. */
export function libraryExamples() {
  const names = ['sweep', 'tfjs', 'loss', 'testing'];
  return Object.fromEntries(
    names.map((name) => {
      const text = readFileSync(join(root, 'docs', 'examples', `${name}.ts`), 'utf8');
      return [name, `\`\`\`ts\n${text}\`\`\``];
    }),
  );
}

/** Every command in a line. */
export function commandList() {
  return table(
    ['command', 'what it does'],
    COMMANDS.map(({ usage, describe }) => [code(usage), describe]),
  );
}

/** The arguments that several commands take, each once, with those commands. */
export function sharedArguments() {
  const rows = [...argumentsByText()]
    .filter(([, { commands }]) => commands.length > 1)
    .map(([, { name, meaning, commands }]) => [code(name), meaning, namesOf(commands)]);
  return table(['argument', 'meaning', 'commands'], rows);
}

/** A command, with a table of the arguments that no other command takes. */
export function commandReference(command) {
  const shared = argumentsByText();
  const all = argumentsOf(command);
  const isShared = (argument) => (shared.get(argument.join())?.commands.length ?? 0) > 1;
  const own = all.filter((argument) => !isShared(argument)).map(([name, meaning]) => [code(name), meaning]);
  const others = all.filter(isShared).map(([name]) => code(name));
  return [
    `## \`${command.usage}\``,
    `${command.describe}.`,
    ...(own.length === 0 ? [] : [table(['argument', 'meaning'], own)]),
    ...(others.length === 0
      ? []
      : [`[Shared](#arguments-that-several-commands-take): ${others.join(', ')}.`]),
  ].join('\n\n');
}

/** Name and meaning of each argument of a command. */
function argumentsOf({ positionals, options }) {
  return [
    ...Object.entries(positionals).map(([name, option]) => [`<${name}>`, meaningOf(option)]),
    ...Object.entries(options).map(([name, option]) => [`--${name}`, meaningOf(option)]),
  ];
}

function argumentsByText() {
  const found = new Map();
  for (const command of COMMANDS) {
    for (const argument of argumentsOf(command)) {
      const [name, meaning] = argument;
      const { commands } = found.get(argument.join()) ?? { commands: [] };
      found.set(argument.join(), { name, meaning, commands: [...commands, commandName(command)] });
    }
  }
  return found;
}

/** The commands by name, or the exceptions if that is shorter. */
function namesOf(commands) {
  const others = COMMANDS.map(commandName).filter((name) => !commands.includes(name));
  const list = (names) => names.map(code).join(', ');
  return others.length < commands.length / 2 ? `all but ${list(others)}` : list(commands);
}

function meaningOf({ describe, choices, default: given, defaultDescription }) {
  const among = choices ? ` (${choices.join(', ')})` : '';
  const otherwise = defaultDescription ?? (given === undefined || given === false ? undefined : code(given));
  return cell(`${describe}${among}${otherwise === undefined ? '' : `; default ${otherwise}`}`);
}
