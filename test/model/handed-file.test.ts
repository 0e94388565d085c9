import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeRunFile, encodeRunFile, isRunFile } from '../../src/model/file/handed-file.js';
import { looksLikeModelFile } from '../../src/model/file/model-file.js';
import { cases } from '../property-cases.js';

const files = fc.record({
  runId: fc.string({ unit: 'grapheme' }),
  name: fc.string({ unit: 'grapheme' }),
  bytes: fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.nat(100_000).map((length) => new Uint8Array(length)),
    fc.nat(255).map((first) => Uint8Array.from({ length: 40_000 }, (_, at) => (first + at * at * 7) >> 3)),
  ),
});

it('any file comes back as it was, under its name and for its run', () => {
  fc.assert(
    fc.property(files, (file) => {
      const kept = encodeRunFile(file);
      expect(decodeRunFile(kept)).toMatchObject({ runId: file.runId, name: file.name });
      expect(Buffer.compare(decodeRunFile(kept)?.bytes ?? Buffer.from('lost'), file.bytes)).toBe(0);
      expect([isRunFile(kept), looksLikeModelFile(kept)]).toEqual([true, false]);
    }),
    { numRuns: cases(60) },
  );
});

it('every changed bit, every cut and every byte more is noticed', () => {
  fc.assert(
    fc.property(files, fc.nat(), fc.nat(7), (file, place, bit) => {
      const kept = encodeRunFile(file);
      const at = place % kept.length;
      const flipped = kept.slice();
      flipped[at] = (flipped[at] as number) ^ (1 << bit);
      expect(decodeRunFile(flipped)).toBeUndefined();
      expect(decodeRunFile(kept.subarray(0, at))).toBeUndefined();
      expect(decodeRunFile(Buffer.concat([kept, Buffer.of(0)]))).toBeUndefined();
    }),
    { numRuns: cases(60) },
  );
});

/** Bytes that say of themselves what they like, with the right SHA-256. */
function forged(header: string, content: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(Buffer.byteLength(header));
  const rest = Buffer.concat([length, Buffer.from(header), content]);
  const digest = createHash('sha256').update(rest).digest();
  return Buffer.concat([Buffer.from('focalsweep file 1\n'), digest, rest]);
}

it.each([
  ['no JSON', '{', new Uint8Array(0)],
  ['a header that lacks something', '{"runId":"a","name":"b"}', new Uint8Array(0)],
  ['another length', '{"runId":"a","name":"b","bytes":3,"isPacked":false}', new Uint8Array(2)],
  ['what is no gzip', '{"runId":"a","name":"b","bytes":3,"isPacked":true}', new Uint8Array(3)],
])('%s is refused, whatever its checksum', (_, header, content) => {
  expect(decodeRunFile(forged(header, content))).toBeUndefined();
  const right = forged('{"runId":"a","name":"b","bytes":1,"isPacked":false}', Uint8Array.of(7));
  expect(decodeRunFile(right)).toEqual({ runId: 'a', name: 'b', bytes: Buffer.of(7) });
});

it('what shrinks is smaller than it was, and what does not is hardly larger', () => {
  const zeros = { runId: 'r', name: 'm.pt', bytes: new Uint8Array(1_000_000) };
  expect(encodeRunFile(zeros).length).toBeLessThan(10_000);
  const noise = createHash('shake256', { outputLength: 1_000_000 }).update('noise').digest();
  expect(encodeRunFile({ ...zeros, bytes: noise }).length).toBeLessThan(1_000_200);
});
