import { UserError } from '../../errors.js';
import type { DataSpec } from '../../spec/data-spec.js';
import { type MissingWords, mayBeMissing, missingWords } from '../columns/missing-words.js';
import type { ColumnRole } from './column-roles.js';

/** The missing cells of a column; refuses them where none are allowed. */
export class MissingCells {
  readonly words: MissingWords;
  rows = 0;
  /** Rows of every word that was read as missing, without the empty text. */
  readonly rowsOf = new Map<string, number>();

  constructor(
    private readonly role: ColumnRole,
    private readonly spec: Pick<DataSpec, 'missing' | 'missing_values'>,
    private readonly here: () => string,
  ) {
    this.words = missingWords(spec, role);
  }

  /** Counts rows of a word that first occurs at `place`. */
  count(word: string, rows = 1, place?: string): void {
    this.rows += rows;
    if (word !== '') this.rowsOf.set(word, (this.rowsOf.get(word) ?? 0) + rows);
    const isFeature = mayBeMissing(this.role);
    if (isFeature && this.spec.missing !== 'error') return;
    const what = isFeature ? 'a value is missing' : `the ${this.role} is missing`;
    throw new UserError(word === '' ? what : `${what}: it is "${word}"`, {
      where: place ?? this.here(),
      fix: isFeature ? 'Fill it in, drop the column, or set `missing: impute`.' : this.labelFix(word),
    });
  }

  private labelFix(word: string): string {
    const isNamed = word !== '' && this.words.isMissing(word);
    const what = this.role === 'label' ? 'class' : this.role;
    return `Fill it in or remove the row${isNamed ? `; if "${word}" is a ${what}, take it out of \`missing_values:\`` : ''}.`;
  }
}
