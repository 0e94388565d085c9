import { counted } from '../../wording/counted.js';
import { didYouMean } from '../../wording/did-you-mean.js';
import { isNumberText, type Values } from './values/values.js';
import { quoted, wrongAnswer } from './wrong-answer.js';

const SHOWN_CLASSES = 12;
const AMBIGUOUS_FIX =
  'Give class names as texts, in a list, .npy or Parquet (in Python `np.array(classes)[indices].tolist()`), or give probabilities.';

/**
 * What values of a program mean:
 * - a text is the name of a class, and nothing else; so is "3" where a class is called 3;
 * - a number is the index of a class, unless all class names are numbers, true and false counting as 1 and 0. Then a number may be
 *   meant as either. It is read where both are the same (classes 0, 1, 2, in this order) or where no number can be both an index
 *   and a name (10, 20, 30), and refused otherwise, whatever the numbers are: whether a run counts must not depend on what it predicts;
 * - true and false are 1 and 0, for two classes;
 * - where the true labels were told as numbers, without `classes`, every number is a label.
 */
export class ClassReader {
  private readonly indices: ReadonlyMap<string, number>;
  private readonly numbers: ReadonlyMap<number, number> | 'ambiguous';

  constructor(
    readonly names: readonly string[],
    private readonly numbersAre: 'labels' | 'labels or indices' = 'labels or indices',
  ) {
    this.indices = new Map(names.map((name, index) => [name, index]));
    this.numbers = numberMeanings(names, numbersAre);
  }

  /** The class of every value. */
  read(values: Values, where: string): Uint16Array {
    if (values.type === 'texts') {
      return Uint16Array.from(values.values, (text, row) => this.named(text, row, where));
    }
    if (values.type === 'booleans' && this.names.length > 2) {
      throw wrongAnswer(where, `there are ${this.names.length} classes, and true and false mean one of two`);
    }
    const { numbers } = this;
    if (numbers === 'ambiguous' && values.values.length > 0) {
      throw wrongAnswer(
        where,
        'the classes are called by numbers, so that a number may be a name or an index',
        AMBIGUOUS_FIX,
      );
    }
    return Uint16Array.from(values.values as ArrayLike<number>, (value, row) => {
      const index = numbers === 'ambiguous' ? undefined : numbers.get(value);
      if (index === undefined) throw this.noClass(value, row, where);
      return index;
    });
  }

  private named(text: string, row: number, where: string): number {
    const index = this.indices.get(text);
    if (index !== undefined) return index;
    throw wrongAnswer(
      where,
      `row ${row + 1} is ${quoted(text)}, and no class is called so.${didYouMean(text, this.names)}`,
      this.classesFix(),
    );
  }

  private noClass(value: number, row: number, where: string): Error {
    if (!Number.isFinite(value)) return wrongAnswer(where, `row ${row + 1} is not finite (NaN or infinite)`);
    const indices =
      this.numbersAre === 'labels'
        ? ''
        : ` of ${counted(this.names.length, 'class', 'classes')}, 0 to ${this.names.length - 1}`;
    const kind = this.numbersAre === 'labels' ? 'no label is' : 'that is no index';
    return wrongAnswer(where, `row ${row + 1} is ${value}, and ${kind}${indices}`, this.classesFix());
  }

  private classesFix(): string {
    const shown = this.names.slice(0, SHOWN_CLASSES).map(quoted).join(', ');
    return `The classes are ${shown}${this.names.length > SHOWN_CLASSES ? ', …' : ''}.`;
  }
}

/** The class of every number that means one. */
function numberMeanings(
  names: readonly string[],
  numbersAre: 'labels' | 'labels or indices',
): ReadonlyMap<number, number> | 'ambiguous' {
  const own = names.map(numberOf);
  const labels = new Map(own.map((number, index) => [number, index]));
  if (numbersAre === 'labels') return labels;
  const indices = new Map(names.map((_, index) => [index, index]));
  if (names.length === 0 || own.some(Number.isNaN)) return indices;
  if (own.every((number, index) => number === index)) return indices;
  const canBeBoth = own.some((number) => indices.has(number)) || labels.size < names.length;
  return canBeBoth ? 'ambiguous' : new Map([...indices, ...labels]);
}

/** The number that a class is called by; NaN if it is none. */
function numberOf(name: string): number {
  if (/^(true|false)$/i.test(name)) return Number(name.toLowerCase() === 'true');
  return isNumberText(name) ? Number(name) : Number.NaN;
}
