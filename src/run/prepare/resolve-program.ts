import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { isAbsolute, relative, resolve } from 'node:path';
import { UserError } from '../../errors.js';
import type { Program } from '../../program.js';
import type { ProgramSpec } from '../../spec/programs/program-spec.js';
import { digestOfFile } from '../../train/program-code.js';
import { canonicalJson } from '../../wording/canonical-json.js';

/** What decides how a program of a spec runs beside the spec. */
export interface ProgramHome {
  /** The absolute folder of the spec. */
  readonly folder: string;
  /** How many runs train at the same time. */
  readonly workers: number;
  /** `file:line:column` of a key of `train:`. */
  readonly locate: (key: 'code' | 'command' | 'module') => string;
}

/** A program that can be run, and what people should know about it. */
export interface ResolvedProgram {
  readonly program: Program;
  readonly warnings: readonly string[];
}

/** Hex digits of a program's identity. */
const DIGITS = 16;

/** Finds the files of a program and gives it its identity: another one for other words, files or versions. Throws UserError. */
export async function resolveProgram(spec: ProgramSpec, home: ProgramHome): Promise<ResolvedProgram> {
  const { folder } = home;
  const code = await codeOf(spec, home);
  const digests = Object.fromEntries(code.map((file) => [file, digestOfFile(file)]));
  const files = code.map((file) => [relative(folder, file), digests[file]]);
  const { timeoutMs, version } = spec;
  if (spec.type === 'module') {
    const id = identity('module', { file: spec.file, version, files });
    const program = {
      type: 'module',
      file: resolve(folder, spec.file),
      timeoutMs,
      id,
      code: digests,
    } as const;
    return { program, warnings: [] };
  }
  const { words, shell, gpus } = spec;
  const cpusPerRun = spec.cpusPerRun ?? Math.max(1, Math.floor(availableParallelism() / home.workers));
  const id = identity('command', { words, shell, version, files });
  const isUnknown = files.length === 0 && version === null;
  return {
    program: { type: 'command', words, shell, folder, cpusPerRun, gpus, timeoutMs, id, code: digests },
    warnings: isUnknown
      ? [
          'no word of the command is a file beside the spec, so changed code would go unseen: name the files as `code:`, or count up `version:`.',
        ]
      : [],
  };
}

function identity(type: Program['type'], content: object): string {
  return `${type}@${sha256(canonicalJson(content)).slice(0, DIGITS)}`;
}

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Absolute paths, in order. */
async function codeOf(spec: ProgramSpec, home: ProgramHome): Promise<readonly string[]> {
  const { folder, locate } = home;
  if (spec.type === 'module' && !isFile(resolve(folder, spec.file))) {
    throw new UserError(`train.module: there is no file ${spec.file}`, {
      where: locate('module'),
      fix: 'Paths are relative to the spec.',
    });
  }
  const named = spec.code === undefined ? [] : await listed(spec.code, home);
  const own =
    spec.type === 'module' ? await importedBy(resolve(folder, spec.file)) : filesIn(spec.words, folder);
  const all = spec.type === 'module' ? [...named, ...own] : spec.code === undefined ? own : named;
  return [...new Set(all)].toSorted();
}

/** The module and what it imports relatively. */
async function importedBy(file: string): Promise<readonly string[]> {
  const { moduleFiles } = await import('../../train/module/module-files.js');
  return moduleFiles(file);
}

/** The words of a command that are files beside the spec; a shell's are looked at one by one, too. */
function filesIn(words: readonly string[], folder: string): readonly string[] {
  const single = words.flatMap((word) => [word, ...word.split(/[\s'"=;|&<>]+/)]);
  return single
    .filter((word) => word !== '' && !isAbsolute(word))
    .map((word) => resolve(folder, word))
    .filter(isFile);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

async function listed(
  patterns: readonly string[],
  { folder, locate }: ProgramHome,
): Promise<readonly string[]> {
  const { glob } = await import('tinyglobby');
  const found: string[] = [];
  for (const pattern of patterns) {
    const path = resolve(folder, pattern);
    const files = isFile(path) ? [path] : await glob([pattern], { cwd: folder, absolute: true });
    if (files.length === 0) {
      throw new UserError(`train.code: nothing is called "${pattern}"`, {
        where: locate('code'),
        fix: 'Name files, or patterns such as `src/**/*.py`, relative to the spec.',
      });
    }
    found.push(...files);
  }
  return found;
}
