import { UserError } from '../../errors.js';
import { counted } from '../../wording/counted.js';
import type { YamlDocument, YamlPath } from '../yaml-document.js';
import { type ProgramInput, programKeys, timeoutMs } from './program-schema.js';

/** A program of the user's own as the spec has it: its files are not looked at. */
export type ProgramSpec = CommandSpec | ModuleSpec;

interface CommonSpec {
  /** Undefined for what the program itself names. */
  readonly code: readonly string[] | undefined;
  readonly version: string | null;
  readonly timeoutMs: number | null;
}

/** A process for every run. */
export interface CommandSpec extends CommonSpec {
  readonly type: 'command';
  readonly words: readonly string[];
  readonly shell: boolean;
  /** Null for the cores of the machine, shared among the workers. */
  readonly cpusPerRun: number | null;
  readonly gpus: readonly string[];
}

/** A module that the threads load. */
export interface ModuleSpec extends CommonSpec {
  readonly type: 'module';
  /** As written: relative to the spec. */
  readonly file: string;
}

/** The keys that say how a program runs, and none of what it learns with. @internal */
export const PROGRAM_KEYS = Object.keys(programKeys) as readonly (keyof ProgramInput)[];

const COMMAND_KEYS = ['shell', 'cpus_per_run', 'gpus'] as const;

/** The program that sections `train:` name together, what is said last counting; undefined for none. Throws UserError. @internal */
export function programOf(
  sections: readonly { readonly input: ProgramInput; readonly path: YamlPath }[],
  yaml: YamlDocument,
): ProgramSpec | undefined {
  const input: ProgramInput = Object.assign({}, ...sections.map((section) => given(section.input)));
  const home = sections.findLast((section) => section.input.command ?? section.input.module);
  if (home === undefined) return undefined;
  const refuse = (key: string, what: string, fix: string): UserError =>
    new UserError(`${[...home.path, 'train', key].join('.')}: ${what}`, {
      where: yaml.locateKey([...home.path, 'train'], key),
      fix,
    });
  const { command, module: file, version, shell = false } = input;
  if (home.input.command !== undefined && home.input.module !== undefined)
    throw refuse('module', 'a command is given, too', 'Keep one of the two.');
  const common = {
    code: input.code === undefined ? undefined : [input.code].flat(),
    version: version === undefined ? null : versionText(version, sections, yaml),
    timeoutMs: timeoutMs(input.timeout),
  };
  if (home.input.module !== undefined || command === undefined) {
    const foreign = COMMAND_KEYS.find((key) => home.input[key] !== undefined);
    if (foreign !== undefined)
      throw refuse(
        foreign,
        'only commands have it',
        'Remove it: a module trains in the threads of focalsweep.',
      );
    return { type: 'module', file: file ?? '', ...common };
  }
  const words =
    typeof command === 'string' ? [command] : command.map((word, at) => asWritten(word, at, home.path, yaml));
  if (typeof command === 'string' && !shell && /\s/.test(command.trim())) {
    const list = command
      .trim()
      .split(/\s+/)
      .map((word) => JSON.stringify(word));
    throw refuse(
      'command',
      'a text of several words is for a shell',
      `Write \`command: [${list.join(', ')}]\`, or add \`shell: true\`.`,
    );
  }
  const { gpus = [], cpus_per_run: cpusPerRun = null } = input;
  const names = gpus.map(String);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw new UserError(`train.gpus: the device ${twice} is listed twice`, {
      where: yaml.locate([...home.path, 'train', 'gpus']),
      fix: 'Each device trains one run at a time: name each once.',
    });
  return { type: 'command', words, shell, cpusPerRun, gpus: names, ...common };
}

/** A number as the file has it: `1.10` is not 1.1 for a program. */
function asWritten(word: string | number, at: number, home: YamlPath, yaml: YamlDocument): string {
  if (typeof word === 'string') return word;
  // The form of W&B has its command at the top.
  return yaml.sourceAt([...home, 'train', 'command', at]) ?? yaml.sourceAt(['command', at]) ?? String(word);
}

function versionText(
  version: string | number,
  sections: readonly { readonly input: ProgramInput; readonly path: YamlPath }[],
  yaml: YamlDocument,
): string {
  const home = sections.findLast(({ input }) => input.version !== undefined)?.path ?? [];
  return typeof version === 'string'
    ? version
    : (yaml.sourceAt([...home, 'train', 'version']) ?? String(version));
}

/** Throws UserError where keys of programs stand although nothing in the spec is one. @internal */
export function refuseProgramKeys(input: ProgramInput, path: YamlPath, yaml: YamlDocument): void {
  const [key, ...more] = PROGRAM_KEYS.filter((name) => input[name] !== undefined && name !== 'workers');
  if (key === undefined) return;
  throw new UserError(`${[...path, 'train', key].join('.')}: only programs of your own have it`, {
    where: yaml.locateKey([...path, 'train'], key),
    fix: `Add \`command: […]\` or \`module: …\`, or remove ${more.length === 0 ? 'it' : counted(more.length + 1, 'key')}.`,
  });
}

function given(input: ProgramInput): ProgramInput {
  const known = PROGRAM_KEYS.filter((key) => input[key] !== undefined);
  return Object.fromEntries(known.map((key) => [key, input[key]]));
}
