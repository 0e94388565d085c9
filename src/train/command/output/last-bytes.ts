import { printable } from '../../../wording/printable.js';

const QUOTED_LINES = 8;
const QUOTED_CHARACTERS = 300;
/** More than enough for the lines that are quoted. */
const QUOTED_BYTES = 64 * 1024;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what terminals take as colours and movements.
const TERMINAL_SEQUENCE = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)/g;

/** The last bytes of a stream of any length. */
export class LastBytes {
  readonly #ring: Buffer;
  #total = 0;

  constructor(size: number) {
    this.#ring = Buffer.allocUnsafeSlow(size);
  }

  /** How many bytes came. */
  get total(): number {
    return this.#total;
  }

  clear(): void {
    this.#total = 0;
  }

  add(bytes: Uint8Array): void {
    const size = this.#ring.length;
    const kept = bytes.subarray(Math.max(0, bytes.length - size));
    const at = (this.#total + bytes.length - kept.length) % size;
    const first = kept.subarray(0, size - at);
    this.#ring.set(first, at);
    this.#ring.set(kept.subarray(first.length), 0);
    this.#total += bytes.length;
  }

  /** A copy of them. */
  bytes(): Uint8Array {
    const size = this.#ring.length;
    if (this.#total <= size) return Uint8Array.from(this.#ring.subarray(0, this.#total));
    const at = this.#total % size;
    return Uint8Array.from(Buffer.concat([this.#ring.subarray(at), this.#ring.subarray(0, at)]));
  }
}

/** The last lines that a program printed, as a reader of a terminal would see them, for the end of an error's message. */
export function lastLines(log: Uint8Array): string {
  const text = Buffer.from(log.subarray(-QUOTED_BYTES)).toString().replace(TERMINAL_SEQUENCE, '');
  const lines = text
    .split('\n')
    .map(shownLine)
    .filter((line) => line.trim() !== '');
  if (lines.length === 0) return '; it printed nothing';
  return `. Its last lines:${lines
    .slice(-QUOTED_LINES)
    .map((line) => `\n  ${cut(line)}`)
    .join('')}`;
}

/** What stays of a line that was written over, as progress bars do. */
function shownLine(line: string): string {
  const written = line.trimEnd();
  return printable(written.slice(written.lastIndexOf('\r') + 1));
}

function cut(line: string): string {
  return line.length > QUOTED_CHARACTERS
    ? `${line.slice(0, QUOTED_CHARACTERS).replace(/[\ud800-\udbff]$/, '')}…`
    : line;
}
