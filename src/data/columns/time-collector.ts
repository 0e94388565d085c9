import { UserError } from '../../errors.js';
import type { RowTimes } from '../read/table.js';
import type { CellSink, Cursor } from './cell-sink.js';
import { readNumber } from './read-number.js';

/** ISO 8601: a date, perhaps a time of day with fractions of a second, perhaps a zone; without one it is UTC. */
const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?)?\s*(?:Z|UTC|([+-])(\d{2}):?(\d{2})?)?$/;
const FIRST_ROWS = 1024;

/** Gathers the time of every row: numbers, or dates by ISO 8601. Refuses rows without one. */
export class TimeCollector implements CellSink {
  private values = new Float64Array(FIRST_ROWS);
  private count = 0;
  private areDates: boolean | undefined;

  constructor(
    private readonly column: string,
    private readonly cursor: Cursor,
  ) {}

  add(raw: string): void {
    const text = raw.trim();
    if (text === '') throw this.mistake('the time is missing', 'Fill it in or remove the row.');
    const number = readNumber(text);
    if (Number.isNaN(number)) this.push(milliseconds(text), true, text);
    else this.push(number, false, text);
  }

  addValue(value: unknown): void {
    if (value instanceof Date) this.push(value.getTime(), true, String(value));
    else if (typeof value === 'number' && !Number.isNaN(value)) this.push(value, false, String(value));
    else this.add(value === null || value === undefined || Number.isNaN(value) ? '' : String(value));
  }

  finish(): RowTimes {
    const { column, areDates = false } = this;
    return { column, values: this.values.slice(0, this.count), areDates };
  }

  private push(value: number, isDate: boolean, text: string): void {
    if (!Number.isFinite(value)) {
      throw this.mistake(
        `"${text}" is neither a number nor a date`,
        'Write numbers, or dates as 2024-03-01 or 2024-03-01T12:30:00Z.',
      );
    }
    this.areDates ??= isDate;
    if (isDate !== this.areDates) {
      const [is, others] = isDate ? ['a date', 'numbers'] : ['a number', 'dates'];
      throw this.mistake(
        `"${text}" is ${is}, but the times before it are ${others}`,
        'Write all times alike.',
      );
    }
    if (this.count === this.values.length) {
      const larger = new Float64Array(2 * this.values.length);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.count++] = value;
  }

  private mistake(what: string, fix: string): UserError {
    return new UserError(what, {
      where: `${this.cursor.file}:${this.cursor.line}, column "${this.column}"`,
      fix,
    });
  }
}

/** Since 1970; NaN where the text is no date. Dates that do not exist are none. */
function milliseconds(text: string): number {
  const match = ISO.exec(text);
  if (match === null) return Number.NaN;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const fraction = Number(`0.${match[7] ?? 0}`);
  const [sign, zoneHours = '0', zoneMinutes = '0'] = match.slice(8);
  if (hour > 23 || minute > 59 || second > 60 || Number(zoneMinutes ?? 0) > 59) return Number.NaN;
  const date = new Date(Date.UTC(year, month - 1, day));
  date.setUTCFullYear(year);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return Number.NaN;
  const zone = (sign === '-' ? -1 : 1) * (Number(zoneHours) * 60 + Number(zoneMinutes ?? 0));
  return (
    date.getTime() + ((hour * 60 + minute - (sign === undefined ? 0 : zone)) * 60 + second + fraction) * 1000
  );
}
