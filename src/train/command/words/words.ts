import { UserError } from '../../../errors.js';
import type { ParameterValue, ProgramConfig } from '../../../program.js';
import { didYouMean } from '../../../wording/did-you-mean.js';

/** What stands for the `${…}` in the words of a command. */
export interface WordValues {
  readonly config: ProgramConfig;
  readonly seed: number;
  readonly runFile: string;
  readonly reportFile: string;
  /** Writes the parameters to a file and gives its path. */
  readonly argsFile: () => string;
}

/** What `${name}` stands for. */
export interface Expansion {
  readonly values: readonly string[];
  /** Each value becomes a word of its own where `${name}` is a whole word. */
  readonly isList: boolean;
}

/** `${name}`, or `$${name}` for the text itself. */
export const PLACEHOLDER = /\$(\$?)\{([^{}]*)\}/g;
const WHOLE_WORD = /^\$\{([^{}]*)\}$/;

const OWN_NAMES = [
  'seed',
  'args',
  'args_no_hyphens',
  'args_no_boolean_flags',
  'args_json',
  'args_json_file',
  'env',
  'interpreter',
  'run_file',
  'report_file',
];

/** The parameters of a configuration, in the order of the spec. */
export function parametersOf({
  model: _model,
  ...parameters
}: ProgramConfig): Record<string, ParameterValue> {
  return parameters;
}

/** The words of a command for a run. */
export function expandWords(words: readonly string[], values: WordValues): string[] {
  return words.flatMap((word) => {
    const [, whole] = WHOLE_WORD.exec(word) ?? [];
    const list = whole === undefined ? undefined : expansionOf(whole, values);
    if (list?.isList) return list.values;
    return word.replace(PLACEHOLDER, (_match, literal: string, name: string) =>
      literal === '' ? expansionOf(name, values).values.join(' ') : `\${${name}}`,
    );
  });
}

/** What a name stands for; a parameter of the configuration, or one of the names that every command has. */
export function expansionOf(name: string, values: WordValues): Expansion {
  const { isList = false, words } = ownName(name, values) ?? { words: [parameterText(name, values)] };
  const broken = words.find((word) => word.includes('\0'));
  if (broken === undefined) return { values: words, isList };
  throw new UserError(`\${${name}} of the command has a NUL character, which no argument can have`, {
    fix: 'Read the value from the file that $FOCALSWEEP_RUN names.',
  });
}

function ownName(
  name: string,
  values: WordValues,
): { readonly words: readonly string[]; readonly isList?: boolean } | undefined {
  const parameters = parametersOf(values.config);
  const entries = Object.entries(parameters);
  switch (name) {
    case 'seed':
      return { words: [String(values.seed)] };
    case 'args':
      return { words: entries.map(([key, value]) => `--${key}=${text(value)}`), isList: true };
    case 'args_no_hyphens':
      return { words: entries.map(([key, value]) => `${key}=${text(value)}`), isList: true };
    case 'args_no_boolean_flags':
      return { words: entries.flatMap(([key, value]) => flag(key, value)), isList: true };
    case 'args_json':
      return { words: [JSON.stringify(parameters)] };
    case 'args_json_file':
      return { words: [values.argsFile()] };
    case 'env':
      return { words: ['/usr/bin/env'] };
    case 'interpreter':
      return { words: ['python3'] };
    case 'run_file':
      return { words: [values.runFile] };
    case 'report_file':
      return { words: [values.reportFile] };
    default:
      return undefined;
  }
}

function flag(key: string, value: ParameterValue): string[] {
  if (typeof value === 'boolean') return value ? [`--${key}`] : [];
  return [`--${key}=${text(value)}`];
}

function parameterText(name: string, { config }: WordValues): string {
  const parameters = parametersOf(config);
  const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  if (value !== undefined) return text(value);
  const meant = didYouMean(name, [...Object.keys(parameters), ...OWN_NAMES]);
  throw new UserError(`the command has \${${name}}, which is no parameter of this run.${meant}`, {
    fix: `Declare it in the spec, or write $\${${name}} for the text itself.`,
  });
}

function text(value: ParameterValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
