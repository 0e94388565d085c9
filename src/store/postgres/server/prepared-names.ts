/** Statements that a connection keeps, and texts that it remembers to see which come again. */
const MOST_NAMES = 200;
const MOST_TEXTS = 2000;
/** Longer ones are of so many rows that they seldom come again. */
const LONGEST_TEXT = 16_384;

/** Names of the statements that come again, which a server then need not read and plan anew. */
export class PreparedNames {
  /** Texts that came once have no name. */
  readonly #names = new Map<string, string | undefined>();
  #given = 0;
  #mostGiven = MOST_NAMES;

  of(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined || text.length > LONGEST_TEXT) return known;
    const comesAgain = this.#names.has(text);
    if (comesAgain && this.#given < this.#mostGiven) {
      const name = `s${++this.#given}`;
      this.#names.set(text, name);
      return name;
    }
    if (!comesAgain && this.#names.size < MOST_TEXTS) this.#names.set(text, undefined);
    return undefined;
  }

  /** Gives every statement a new name, because the tables are no longer those that it was prepared for. */
  renew(): void {
    this.#names.clear();
    this.#mostGiven = this.#given + MOST_NAMES;
  }
}
