import { andMore } from './and-more.js';
import { didYouMean } from './did-you-mean.js';

/** Characters without width, which two texts that look the same may differ in. */
const ZERO_WIDTH = /[\u00ad\u180e\u200b-\u200f\u2060\ufeff]/gu;
const NUMBER = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,6}))?$/;

/** A text as it looks: composed, without characters that have no width, trimmed. */
export function plainText(text: string): string {
  return text.normalize('NFC').replaceAll(ZERO_WIDTH, '').trim();
}

/**
 * Equal for labels that mean the same: numbers by value, to the last digit, so that long identifiers stay apart; texts as
 * they look.
 */
export function labelKey(text: string): string {
  const plain = plainText(text);
  const match = NUMBER.exec(plain);
  if (match === null) return plain;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  if (whole + fraction === '') return plain;
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const power = Number(exponent) - fraction.length + digits.length - significant.length;
  return `${sign === '-' ? '-' : ''}${significant}e${power}`;
}

/** The place of the class that is meant, as it is spelt or by what it means; −1 if there is none. */
export function classIndex(name: string, classNames: readonly string[]): number {
  const own = classNames.indexOf(name);
  if (own >= 0) return own;
  const key = labelKey(name);
  return classNames.findIndex((other) => labelKey(other) === key);
}

/** The errors for names of classes. */
interface NameErrors {
  readonly unknown: (name: string) => Error;
  /** Two names of one class. */
  readonly twice: (first: string, second: string, className: string) => Error;
}

/** The name by which each class is called, by its place. Throws for a name of no class, and for a second one of a class. */
export function namesByClass(
  names: readonly string[],
  classNames: readonly string[],
  { unknown, twice }: NameErrors,
): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const name of names) {
    const cls = classIndex(name, classNames);
    if (cls < 0) throw unknown(name);
    const first = found.get(cls);
    if (first !== undefined) throw twice(first, name, classNames[cls] as string);
    found.set(cls, name);
  }
  return found;
}

/** ` Did you mean "x"?`, or '' if no class is close; a number is not close to another. */
export function didYouMeanClass(name: string, classNames: readonly string[]): string {
  return NUMBER.test(plainText(name)) ? '' : didYouMean(name, classNames);
}

const MOST_CLASSES = 20;

/** The names of classes in a sentence; there may be a thousand. */
export function classesText(classNames: readonly string[]): string {
  return andMore(classNames, MOST_CLASSES);
}
