import { basename, extname } from 'node:path';
import { UserError } from '../../errors.js';
import { METHODS } from '../sweep-spec.js';
import { isHolder, type YamlDocument, type YamlPath } from '../yaml-document.js';

const DEFAULT_COMMAND = ['${env}', '${interpreter}', '${program}', '${args}'];
const COMMAND_FIX = `Write \`command: [${DEFAULT_COMMAND.map((word) => JSON.stringify(word)).join(', ')}]\`, or leave it out.`;
const LONGEST_NAME = 100;
/** Of W&B's sweeps: they say nothing that changes what is trained. */
const WITHOUT_EFFECT = ['project', 'entity'];

/**
 * A sweep file in the form of W&B (`program:` or `command:` at the top) as a sweep spec: the command goes under `train:`, and a
 * missing name is that of the file; of drawn configurations `run_cap` is their number. All else is left as it is. Throws UserError for
 * a command that is none.
 */
export function fromWandbForm(yaml: YamlDocument, file: string): unknown {
  const spec = yaml.value;
  if (!isHolder(spec) || Array.isArray(spec) || !('program' in spec || 'command' in spec)) return spec;
  const { program: _program, command: _command, train, ...rest } = spec;
  const { run_cap, trials = run_cap } = spec;
  const isDrawn = METHODS.some((method) => method === spec.method && method !== 'grid');
  const others = Object.fromEntries(
    Object.entries(rest).filter(([key]) => !WITHOUT_EFFECT.includes(key) && !(isDrawn && key === 'run_cap')),
  );
  const section = isHolder(train) ? train : {};
  const other = ['command', 'module'].find((key) => key in section);
  if (other !== undefined) {
    throw new UserError(`train.${other}: the top of the spec names a program, too`, {
      where: yaml.locateKey(['train'], other),
      fix: 'Keep one of the two.',
    });
  }
  return {
    name: nameOf(file),
    ...others,
    ...(isDrawn && trials !== undefined && { trials }),
    train: { ...section, command: commandOf(spec, yaml) },
  };
}

function nameOf(file: string): string {
  const name = basename(file, extname(file)).replace(/[^\p{L}\p{N} ._+-]/gu, '-');
  return name.replace(/^[^\p{L}\p{N}]+/u, '').slice(0, LONGEST_NAME) || 'sweep';
}

/** The command with the program in its place. */
function commandOf(
  { program, command = DEFAULT_COMMAND }: { readonly [key: string]: unknown },
  yaml: YamlDocument,
): string | readonly (string | number)[] {
  const refuse = (key: 'program' | 'command', what: string, fix: string, path: YamlPath = [key]): UserError =>
    new UserError(`${key}: ${what}`, { where: yaml.locate(path), fix });
  if (program !== undefined && (typeof program !== 'string' || program === ''))
    throw refuse('program', 'expected the path of a program', 'Write `program: train.py`.');
  const words: readonly unknown[] = Array.isArray(command) ? command : [command];
  const wrong = words.findIndex(
    (word) => word === '' || (typeof word !== 'string' && typeof word !== 'number'),
  );
  if (words.length === 0 || wrong >= 0 || typeof command === 'number')
    throw refuse('command', 'expected a list of words', COMMAND_FIX, ['command', Math.max(0, wrong)]);
  const filled = (words as readonly (string | number)[]).map((word, at) => {
    if (typeof word === 'number' || !word.includes('${program}')) return word;
    if (program === undefined)
      throw refuse('command', 'it has ${program}, and there is no `program:`', 'Add `program: train.py`.', [
        'command',
        at,
      ]);
    return word.replaceAll('${program}', () => program);
  });
  return Array.isArray(command) ? filled : String(filled[0]);
}
