import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seesAllProcesses } from '../processes/find-processes.js';
import { LastBytes } from './last-bytes.js';
import { OutputFlood } from './process-fault.js';

const KEPT_BYTES = 2 ** 20;
const MOST_BYTES = 256 * 2 ** 20;

/** Pipes that no run has. */
const FREE: OutputPipe[] = [];

/**
 * A pipe for stdout and stderr together, in the order of writing. Node gives children a socket for each, which `> /dev/stderr`
 * cannot open. It stays open for further runs: making one takes a process.
 */
export class OutputPipe {
  readonly #readEnd: number;
  #writeEnd: number;
  readonly #kept = new LastBytes(KEPT_BYTES);
  readonly #socket: Socket;
  /** Told once, by what was printed too much. */
  onFlood: (flood: OutputFlood) => void = () => {};

  private constructor() {
    const folder = mkdtempSync(join(tmpdir(), 'focalsweep-'));
    try {
      const path = join(folder, 'output');
      execFileSync('mkfifo', ['-m', '600', path], { stdio: ['ignore', 'ignore', 'pipe'] });
      // Its own writer, too: so it does not end with a program. The socket owns it, and closes it when its thread ends.
      this.#readEnd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
      this.#writeEnd = openSync(path, constants.O_WRONLY);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    this.#socket = new Socket({ fd: this.#readEnd, readable: true, writable: false });
    this.#socket.on('data', (bytes) => this.#keep(bytes));
    this.#socket.on('error', () => {});
    this.#socket.unref();
  }

  /** For stdout and stderr of a child. */
  get writeEnd(): number {
    return this.#writeEnd;
  }

  /** An empty pipe. */
  static take(): OutputPipe {
    const pipe = FREE.pop();
    if (pipe === undefined) return new OutputPipe();
    pipe.#kept.clear();
    pipe.#writeEnd = openSync(`/proc/self/fd/${pipe.#readEnd}`, constants.O_WRONLY);
    return pipe;
  }

  /** Reads what is in it, and gives the last of all that was printed. */
  log(): Uint8Array {
    const bytes = Buffer.allocUnsafe(65536);
    while (this.#kept.total <= MOST_BYTES) {
      const got = this.#readNow(bytes);
      if (got === 0) break;
      this.#keep(bytes.subarray(0, got));
    }
    return this.#kept.bytes();
  }

  /** For after the run. Where processes may have escaped, what they still print is not to be another run's. */
  giveBack(): void {
    this.onFlood = () => {};
    closeSync(this.#writeEnd);
    if (seesAllProcesses) FREE.push(this);
    else this.#socket.destroy();
  }

  #keep(bytes: Uint8Array): void {
    const before = this.#kept.total;
    this.#kept.add(bytes);
    if (before <= MOST_BYTES && this.#kept.total > MOST_BYTES) {
      this.onFlood(new OutputFlood('the program printed more than 256 MB'));
    }
  }

  #readNow(bytes: Buffer): number {
    try {
      return readSync(this.#readEnd, bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
      throw error;
    }
  }
}
