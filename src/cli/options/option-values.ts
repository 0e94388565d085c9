import { UserError } from '../../errors.js';
import type { Command, NumberRange } from '../command.js';

type Values = { readonly [name: string]: unknown };

/**
 * The arguments of a command: if an option is given twice, the last one counts unless it repeats, and number options become numbers.
 * Throws UserError for invalid values.
 */
export function readValues({ positionals, options }: Command, given: Values): Values {
  const values: Record<string, unknown> = { ...given };
  for (const [name, { array }] of Object.entries(positionals)) {
    const texts = array === true ? (given[name] as readonly unknown[]) : [given[name]];
    for (const text of texts) refuseNoText(`<${name}>`, text);
  }
  for (const [name, { type, number, read = String, repeats }] of Object.entries(options)) {
    const written = given[name];
    if (repeats === true) {
      const texts = written === undefined ? [] : [written].flat();
      for (const text of texts) refuseNoText(`--${name}`, text);
      values[name] = values[camelCase(name)] = texts.map((text) => read(String(text)));
      continue;
    }
    const value = Array.isArray(written) ? written.at(-1) : written;
    if (type === 'boolean' || value === undefined) continue;
    refuseNoText(`--${name}`, value);
    // yargs also passes each option in camel case.
    values[name] = values[camelCase(name)] =
      number === undefined ? read(String(value)) : readNumber(`--${name}`, value, number);
  }
  return values;
}

/** Throws UserError for `--flag=word`, which yargs would take for `--no-flag`. */
export function refuseFlagValues({ options }: Command, args: readonly string[]): void {
  for (const arg of args) {
    if (arg === '--') return;
    const name = optionName(arg) ?? '';
    const value = /=(.*)$/s.exec(arg)?.[1];
    if (options[name]?.type !== 'boolean' || value === undefined || value === 'true' || value === 'false')
      continue;
    throw new UserError(`--${name} takes no value, but "${value}" is given`, {
      fix: `Write --${name}, or leave it out.`,
    });
  }
}

/** Throws UserError if an argument is given by position and by name: yargs would drop one of them. */
export function refuseNamedTwice({ positionals }: Command, args: readonly string[], given: Values): void {
  for (const [at, arg] of args.entries()) {
    const name = optionName(arg) ?? '';
    if (!Object.hasOwn(positionals, name) || positionals[name]?.array === true) continue;
    const text = /=(.*)$/s.exec(arg)?.[1] ?? args[at + 1];
    if (!Array.isArray(given[name]) && text !== given[name]) refuseNoText(`<${name}>`, [given[name], text]);
  }
}

/** The option of `--two-words`, `--two-words=value`, `--twoWords` and `--no-two-words`, which are the same to yargs. */
export function optionName(arg: string): string | undefined {
  const written = /^--(?:no-)?([^=]+)/.exec(arg)?.[1];
  return written?.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function refuseNoText(argument: string, value: unknown): void {
  if (value === '') throw new UserError(`${argument} is empty`, { fix: `Give ${argument} a value.` });
  if (Array.isArray(value)) {
    throw new UserError(`${argument} is given ${value.length} times: ${value.join(', ')}`, {
      fix: 'Give it once.',
    });
  }
  if (value === false) {
    throw new UserError(`${argument} takes a value, so it cannot be switched off with "no-"`, {
      fix: 'Leave it out.',
    });
  }
}

function readNumber(option: string, text: unknown, range: NumberRange): number {
  if (typeof text === 'number') return text;
  if (range.all === true && text === 'all') return Number.POSITIVE_INFINITY;
  const isWritten = (range.whole ? /^\d+$/ : /^\d+(\.\d+)?$/).test(String(text));
  const value = isWritten ? Number(text) : Number.NaN;
  if (value >= range.least && value <= (range.most ?? Number.POSITIVE_INFINITY)) {
    return Math.min(value, Number.MAX_SAFE_INTEGER);
  }
  throw new UserError(`${option} must be ${describe(range)}; "${text}" is not`, {
    fix: `For example ${option} ${range.example}.`,
  });
}

function describe({ whole, least, most, all }: NumberRange): string {
  const kind = whole ? 'a whole number' : 'a number';
  const bounds = most === undefined ? `of ${least} or more` : `from ${least} to ${most}`;
  return `${kind} ${bounds}${all === true ? ', or "all"' : ''}`;
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase());
}
