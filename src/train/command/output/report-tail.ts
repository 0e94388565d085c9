import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { UserError } from '../../../errors.js';
import { OutputFlood } from './process-fault.js';

const MOST_BYTES = 256 * 2 ** 20;
/** So that a long report keeps no thread for long. */
const MOST_BYTES_AT_ONCE = 4 * 2 ** 20;
const NEW_LINE = 10;

/** The report of a run, read while its program writes it. */
export class ReportTail {
  readonly #file: number;
  #read = 0;
  /** The start of a line that has not ended. */
  #started: Buffer[] = [];

  /** Makes the file, which must not be there. */
  constructor(path: string) {
    this.#file = openSync(path, 'wx+');
  }

  /** Whether nothing was written. */
  get isEmpty(): boolean {
    return this.#read === 0;
  }

  /** Whether the program removed the file, or put another one in its place. */
  get isGone(): boolean {
    return fstatSync(this.#file).nlink === 0;
  }

  /** What follows the last whole line; '' if nothing does. */
  get rest(): string {
    return Buffer.concat(this.#started).toString();
  }

  /** Throws for a report that is too long, or shorter than what was read of it. */
  check(): void {
    this.#unread();
  }

  /** More whole lines, or none so far; undefined when all that was written is read. */
  more(): string[] | undefined {
    const length = Math.min(this.#unread(), MOST_BYTES_AT_ONCE);
    if (length === 0) return undefined;
    const bytes = Buffer.allocUnsafe(length);
    const got = readSync(this.#file, bytes, 0, length, this.#read);
    this.#read += got;
    return got === 0 ? undefined : this.#split(bytes.subarray(0, got));
  }

  close(): void {
    closeSync(this.#file);
  }

  #unread(): number {
    const { size } = fstatSync(this.#file);
    if (size > MOST_BYTES) throw new OutputFlood('the program wrote a report of more than 256 MB');
    if (size >= this.#read) return size - this.#read;
    throw new UserError('the program shortened its report', {
      fix: 'Append to the file that $FOCALSWEEP_REPORT names (mode "a"); "w" empties it.',
    });
  }

  #split(bytes: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = bytes.indexOf(NEW_LINE); end >= 0; end = bytes.indexOf(NEW_LINE, start)) {
      lines.push(Buffer.concat([...this.#started, bytes.subarray(start, end)]).toString());
      this.#started = [];
      start = end + 1;
    }
    if (start < bytes.length) this.#started.push(bytes.subarray(start));
    return lines;
  }
}
