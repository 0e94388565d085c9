import { basename, extname } from 'node:path';
import { isHolder } from '../yaml-document.js';

const DEFAULT_COMMAND = ['${env}', '${interpreter}', '${program}', '${args}'];
/** Of W&B's sweeps: they say nothing that changes what is trained. */
const WITHOUT_EFFECT = ['project', 'entity'];

/**
 * A sweep file in the form of W&B (`program:` or `command:` at the top) as a sweep spec: the command goes under `train:`, and a
 * missing name is that of the file. All else is left as it is.
 */
export function fromWandbForm(spec: unknown, file: string): unknown {
  if (!isHolder(spec) || Array.isArray(spec) || !('program' in spec || 'command' in spec)) return spec;
  const { program, command = DEFAULT_COMMAND, train, parameters, ...rest } = spec;
  const words = Array.isArray(command)
    ? command.map((word) => (word === '${program}' ? program : word))
    : command;
  const others = Object.fromEntries(Object.entries(rest).filter(([key]) => !WITHOUT_EFFECT.includes(key)));
  const name = basename(file, extname(file)).replace(/[^\p{L}\p{N} ._+-]/gu, '-') || 'sweep';
  return {
    name,
    ...others,
    ...(parameters !== undefined && { parameters: withoutWords(parameters) }),
    train: { ...(isHolder(train) ? train : {}), command: words },
  };
}

/** `distribution: categorical` and `constant` say what the values themselves say. */
function withoutWords(parameters: unknown): unknown {
  if (!isHolder(parameters) || Array.isArray(parameters)) return parameters;
  const plain = Object.entries(parameters).map(([name, axis]) => {
    if (!isHolder(axis) || Array.isArray(axis)) return [name, axis] as const;
    const { distribution, ...rest } = axis;
    const isSaid = distribution === 'categorical' || distribution === 'constant';
    return [name, isSaid ? rest : axis] as const;
  });
  return Object.fromEntries(plain);
}
