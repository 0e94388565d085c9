import { once } from 'node:events';
import { writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { UnfinishedFile } from '../../data/files/unfinished-file.js';

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
  const file = new UnfinishedFile(path);
  return {
    async write(text) {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; ) at += writeSync(file.descriptor, bytes, at);
    },
    finish: async () => file.finish(),
    abandon: () => file.abandon(),
  };
}
