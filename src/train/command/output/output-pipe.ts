import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seesAllProcesses } from '../processes/find-processes.js';
import { LastBytes } from './last-bytes.js';
import { OutputFlood } from './process-fault.js';

const KEPT_BYTES = 2 ** 20;
const MOST_BYTES = 256 * 2 ** 20;
/** What a pipe holds; read into at once, and copied from there. */
const READ = Buffer.allocUnsafeSlow(65536);
/** Reads at a time, so that others have their turn. */
const MOST_READS = 16;
/** How long a look waits, by the number of those before it that found nothing: a full pipe holds its program up. */
const waitMs = (quietLooks: number): number => (quietLooks < 20 ? 1 : 20);

/** Pipes that no run has. */
const FREE: OutputPipe[] = [];

/**
 * A pipe for stdout and stderr together, in the order of writing. Node gives children a socket for each, which `> /dev/stderr`
 * cannot open. It stays open for further runs: making one takes a process. It is read by looking again and again: a socket
 * around a file would close it once more when a thread ends, and the number could be another file's by then.
 */
export class OutputPipe {
  readonly #readEnd: number;
  #writeEnd: number;
  readonly #kept = new LastBytes(KEPT_BYTES);
  #timer: NodeJS.Timeout | undefined;
  /** Told once, by what was printed too much. */
  onFlood: (flood: OutputFlood) => void = () => {};

  private constructor() {
    const folder = mkdtempSync(join(tmpdir(), 'focalsweep-'));
    try {
      const path = join(folder, 'output');
      execFileSync('mkfifo', ['-m', '600', path], { stdio: ['ignore', 'ignore', 'pipe'] });
      // Its own writer, too: so it does not end with a program.
      this.#readEnd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
      this.#writeEnd = openSync(path, constants.O_WRONLY);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    this.#lookSoon();
  }

  /** For stdout and stderr of a child. */
  get writeEnd(): number {
    return this.#writeEnd;
  }

  /** An empty pipe. */
  static take(): OutputPipe {
    const pipe = FREE.pop();
    if (pipe === undefined) return new OutputPipe();
    pipe.#empty();
    pipe.#writeEnd = openSync(`/proc/self/fd/${pipe.#readEnd}`, constants.O_WRONLY);
    pipe.#lookSoon();
    return pipe;
  }

  /** Reads what is in it, and gives the last of all that was printed. */
  log(): Uint8Array {
    while (this.#kept.total <= MOST_BYTES && this.#readSome());
    return this.#kept.bytes();
  }

  /** For after the run. Where processes may have escaped, what they still print is not to be another run's. */
  giveBack(): void {
    this.onFlood = () => {};
    clearTimeout(this.#timer);
    closeSync(this.#writeEnd);
    if (seesAllProcesses) FREE.push(this);
    else closeSync(this.#readEnd);
  }

  #empty(): void {
    this.#kept.clear();
    this.log();
    this.#kept.clear();
  }

  #lookSoon(quietLooks = 0): void {
    this.#timer = setTimeout(() => {
      let reads = 0;
      while (reads < MOST_READS && this.#readSome()) reads++;
      this.#lookSoon(reads === 0 ? quietLooks + 1 : 0);
    }, waitMs(quietLooks)).unref();
  }

  /** Whether there was something. */
  #readSome(): boolean {
    const length = this.#readNow();
    if (length > 0) this.#keep(READ.subarray(0, length));
    return length > 0;
  }

  #keep(bytes: Uint8Array): void {
    const before = this.#kept.total;
    this.#kept.add(bytes);
    if (before <= MOST_BYTES && this.#kept.total > MOST_BYTES) {
      this.onFlood(new OutputFlood('the program printed more than 256 MB'));
    }
  }

  #readNow(): number {
    try {
      return readSync(this.#readEnd, READ);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
      throw error;
    }
  }
}
