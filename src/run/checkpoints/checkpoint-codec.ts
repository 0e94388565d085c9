import { createHash } from 'node:crypto';
import type { Checkpoint, CheckpointArray } from '../../train/checkpoint.js';
import { decodeTensors, encodeTensors } from './safetensors.js';

/** Grows when the meaning of the content changes, for example that of the best metric so far. */
const FORMAT = 'focalsweep-checkpoint-4';

/** A checkpoint as a safetensors file that names its run and carries a hash of everything in it. */
export function encodeCheckpoint(runId: string, { arrays, texts }: Checkpoint): Buffer {
  const metadata = { format: FORMAT, run: runId, ...texts };
  return encodeTensors({ tensors: arrays, metadata: { ...metadata, sha256: digest(arrays, metadata) } });
}

/** Reads the checkpoint of this run from bytes. Throws an Error with the reason if they are something else. */
export function decodeCheckpoint(runId: string, bytes: Buffer): Checkpoint {
  const { tensors, metadata } = decodeTensors(bytes);
  const { sha256, ...rest } = metadata;
  const { format, run, ...texts } = rest;
  if (format !== FORMAT) throw new Error('it is not a checkpoint of this version');
  if (run !== runId) throw new Error('it belongs to another run');
  if (sha256 !== digest(tensors, rest)) throw new Error('its contents do not match its hash');
  return { arrays: tensors, texts };
}

function digest(
  tensors: Readonly<Record<string, CheckpointArray>>,
  metadata: Readonly<Record<string, string>>,
): string {
  const hash = createHash('sha256').update(JSON.stringify(metadata));
  for (const [name, data] of Object.entries(tensors)) {
    hash.update(`${name} ${data.constructor.name} ${data.length}\n`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}
