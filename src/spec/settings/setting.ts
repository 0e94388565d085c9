import { UserError } from '../../errors.js';
import { parseYaml } from '../yaml-document.js';

/** A setting that a command is given beside the spec: `gamma=2`. */
export interface Setting {
  /** A knob, a parameter of a program, or `space`. */
  readonly name: string;
  readonly value: unknown;
  /** As it was written. */
  readonly text: string;
}

/** Reads `name=value`; the value is YAML, as in a spec. Throws UserError. */
export function parseSetting(text: string): Setting {
  const at = text.indexOf('=');
  const name = text.slice(0, Math.max(0, at)).trim();
  const value = parseYaml(text.slice(at + 1), settingPlace(text)).value;
  if (name !== '' && value !== null) return { name, value, text };
  throw new UserError('a setting has a name and a value', {
    where: settingPlace(text),
    fix: 'For example --set gamma=2, --set alpha=balanced or --set "hidden=[64, 32]".',
  });
}

/** What an error names as the place of a setting. */
export function settingPlace(text: string): string {
  return `--set ${text}`;
}
