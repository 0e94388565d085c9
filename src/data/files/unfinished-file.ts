import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';

/** An open file that has its name only when it is whole; a signal that ends the process removes it. */
export class UnfinishedFile {
  readonly descriptor: number;
  /** Where it is until it is whole; null for a device, which is written to as it is. */
  readonly #unfinished: string | null;
  readonly #release: () => void;
  #isOpen = true;
  #isWhole = false;

  /** What was there under the name is replaced when this one is whole; a device or a pipe is written to. */
  constructor(private readonly name: string) {
    this.#unfinished = isDevice(name) ? null : unfinishedPath(name);
    // A signal may come as soon as the file is there.
    this.#release = removedOnSignal(...(this.#unfinished === null ? [] : [this.#unfinished]));
    try {
      this.descriptor = openSync(this.#unfinished ?? name, 'w');
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  /** Writes through to the disk, and gives the file its name. */
  finish(): void {
    if (this.#unfinished !== null) fsyncSync(this.descriptor);
    this.#close();
    if (this.#unfinished !== null) renameSync(this.#unfinished, this.name);
    this.#isWhole = true;
    this.#release();
  }

  /** Removes what was written, unless the file is whole. */
  abandon(): void {
    if (this.#isWhole) return;
    if (this.#isOpen) this.#close();
    if (this.#unfinished !== null) rmSync(this.#unfinished, { force: true });
    this.#release();
  }

  #close(): void {
    closeSync(this.descriptor);
    this.#isOpen = false;
  }
}

/** Whether there is something that a file must not take the place of, such as /dev/null or a pipe. */
export function isDevice(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && !found.isFile() && !found.isDirectory();
}

/** Where a file is until it is whole. */
export function unfinishedPath(path: string): string {
  return `${path}.unfinished`;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const unfinished = new Set<string>();

/** Has files removed if a signal ends the process before what is returned is called. Others that listen to signals decide for themselves. */
export function removedOnSignal(...paths: readonly string[]): () => void {
  if (unfinished.size === 0) for (const signal of SIGNALS) process.on(signal, removeAll);
  for (const path of paths) unfinished.add(path);
  return () => {
    for (const path of paths) unfinished.delete(path);
    if (unfinished.size === 0) for (const signal of SIGNALS) process.off(signal, removeAll);
  };
}

function removeAll(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  for (const path of unfinished) rmSync(path, { force: true });
  process.off(signal, removeAll);
  process.kill(process.pid, signal);
}
