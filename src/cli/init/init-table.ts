import { availableParallelism } from 'node:os';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import type { Dataset } from '../../data/dataset.js';
import { inspectTable, type TableFindings } from '../../data/inspect/inspect-table.js';
import { UserError } from '../../errors.js';
import { type FirstSpecPlace, firstSpecText, type PlannedFacts } from '../../plan/first-spec/first-spec.js';
import { type PreparedSweep, prepareSweep } from '../../run/prepare/prepare-sweep.js';
import { sweepCost } from '../../run/prepare/sweep-cost.js';
import { parseSpec } from '../../spec/parse-spec.js';
import { DEFAULT_DB } from '../../wording/db-words.js';
import { costLine } from '../terminal/plan-cost.js';
import { noteWarnings, print } from '../terminal/print.js';
import { foundText } from './found-text.js';
import { requireAbsent, writeFirstSpec } from './write-files.js';

export interface InitOptions {
  readonly tables: readonly string[];
  readonly label?: string;
  readonly out?: string;
  readonly force: boolean;
}

/** Measuring the speed of this machine on more cells takes long. */
const MOST_CELLS = 2e7;

/** Looks at a table, writes a spec that plans, and says what was found. */
export async function initTable({ tables, label, out, force }: InitOptions): Promise<void> {
  const name = sweepName(tables);
  const specFile = out ?? `${name}.yaml`;
  requireAbsent(specFile, force);
  const findings = await inspectTable(tables, process.cwd(), label);
  const place = { name, fromSpec: pathsFrom(specFile) };
  const prepared = await plannedSpec(findings, place, specFile);
  const facts = await plannedFacts(prepared);
  const text = firstSpecText(findings, place, facts);
  parseSpec(text, specFile);
  const written = writeFirstSpec(specFile, text, force);
  print(foundText(findings, facts, { specFile, written }));
  noteWarnings([...findings.label.notes, ...prepared.plan.warnings]);
}

/** The plan of the spec as it will be written. Throws UserError if there is none. */
async function plannedSpec(
  findings: TableFindings,
  place: FirstSpecPlace,
  specFile: string,
): Promise<PreparedSweep> {
  try {
    const spec = parseSpec(firstSpecText(findings, place), specFile);
    return await prepareSweep(spec, { db: DEFAULT_DB, yes: true });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // The spec that the error is about does not exist.
    const { where, fix, exitCode } = error;
    const isInSpec = where?.startsWith(`${specFile}:`) === true;
    throw new UserError(`no spec for this table plans: ${error.message}`, {
      where: isInSpec ? undefined : where,
      fix: isInSpec ? `${fix ?? ''} Or name another class column with --label NAME.`.trim() : fix,
      exitCode,
      cause: error,
    });
  }
}

async function plannedFacts(prepared: PreparedSweep): Promise<PlannedFacts> {
  const { plan, dataset, trainers } = prepared;
  const { trials, runs } = plan;
  const rareClasses = new Set(dataset.rareClasses);
  const support = trainSupport(dataset);
  const classes = dataset.classNames.map((name, at) => ({
    name,
    trainRows: support[at] ?? 0,
    isRare: rareClasses.has(at),
  }));
  const known = { runs: runs.length, configurations: trials.length, classes };
  if (dataset.rowCount * dataset.featureCount > MOST_CELLS) return known;
  const waiting = new Map<string, number>();
  for (const { engine } of trials) waiting.set(engine, (waiting.get(engine) ?? 0) + plan.spec.seeds.length);
  const cost = costLine(await sweepCost(plan, trainers, prepared), {
    trials,
    waiting,
    workers: plan.spec.workers ?? availableParallelism(),
  });
  return { ...known, cost: cost.trim() };
}

function trainSupport({ classNames, labels, split }: Dataset): Int32Array {
  const counts = new Int32Array(classNames.length);
  for (const row of split.train)
    counts[labels[row] as number] = (counts[labels[row] as number] as number) + 1;
  return counts;
}

const PART_NAME = /^(train|training|validation|valid|val|dev|test|testing)$/i;

/** A name of a sweep, from the first table, or from its folder where the table is called train. */
function sweepName(tables: readonly string[]): string {
  const path = resolve(tables[0] ?? '');
  const table = plainName(basename(path).replace(/(\.(csv|tsv|txt|parquet|data|gz))+$/i, ''));
  const folder = plainName(basename(dirname(path)));
  return (PART_NAME.test(table) && folder !== '' ? folder : table) || 'table';
}

/** What a sweep may be called. */
function plainName(text: string): string {
  return [
    ...text
      .normalize('NFC')
      .replaceAll(/[^\p{L}\p{N}._+-]+/gu, '-')
      .replace(/^[^\p{L}\p{N}]+/u, ''),
  ]
    .slice(0, 60)
    .join('')
    .replace(/-+$/, '');
}

/** Paths as the spec has them: from its folder, with slashes. */
function pathsFrom(specFile: string): (path: string) => string {
  const folder = dirname(resolve(specFile));
  return (path) => {
    const own = relative(folder, resolve(path)).split(sep).join('/');
    return own.startsWith('builtin:') ? `./${own}` : own;
  };
}
