import { once } from 'node:events';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';

/** Where text goes. */
export interface ByteSink {
  write(text: string): Promise<void>;
  finish(): Promise<void>;
  abandon(): void;
}

/** A stream such as stdout; waits while its reader is slow. */
export function streamSink(stream: Writable): ByteSink {
  return {
    async write(text) {
      if (!stream.write(text)) await once(stream, 'drain');
    },
    finish: async () => {},
    abandon: () => {},
  };
}

/** A file that has its name only when it is whole; it replaces one of that name. */
export function fileSink(path: string): ByteSink {
  const unfinished = `${path}.unfinished`;
  const file = openSync(unfinished, 'w');
  let isOpen = true;
  return {
    async write(text) {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    },
    async finish() {
      fsyncSync(file);
      closeSync(file);
      isOpen = false;
      renameSync(unfinished, path);
    },
    abandon() {
      if (!isOpen) return;
      isOpen = false;
      closeSync(file);
      rmSync(unfinished, { force: true });
    },
  };
}
