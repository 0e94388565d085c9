import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/run/checkpoints/checkpoint-codec.js';
import { isPackedFolder, packFolder, unpackFolder } from '../../src/run/checkpoints/packed-folder.js';

const parent = mkdtempSync(join(tmpdir(), 'focalsweep-packed-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

function folderOf(name: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = join(parent, name);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** What arrives of a folder on another machine. */
function sent(folder: string): string {
  const packed = packFolder(folder, 2 ** 20);
  if (packed === undefined) throw new Error('the folder is too large');
  const checkpoint = decodeCheckpoint('r1', encodeCheckpoint('r1', packed));
  expect(isPackedFolder(checkpoint)).toBe(true);
  const target = `${folder}-there`;
  unpackFolder(checkpoint, target);
  return target;
}

describe('a folder that travels', () => {
  it('has its files, whatever they are called, and nothing that was there before', () => {
    const files = {
      'epoch.txt': '7',
      '.hidden': '',
      'state/model one.pt': Uint8Array.from({ length: 1001 }, (_, at) => at % 256),
      'state/__metadata__': 'a name of the format',
      __metadata__: 'another one',
      '__proto__/ä': 'ö',
      '10': 'ten',
      '9': 'nine',
    };
    const folder = folderOf('files', files);
    folderOf('files-there', { 'of-before.txt': 'old' });
    const there = sent(folder);
    for (const [path, content] of Object.entries(files)) {
      expect(readFileSync(join(there, path))).toEqual(Buffer.from(content));
    }
    const names = readdirSync(there, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    expect(names).toHaveLength(Object.keys(files).length);
  });

  it('has its links, but for those that lead out of it', () => {
    const folder = folderOf('links', { 'steps/3.pt': 'three' });
    symlinkSync('steps/3.pt', join(folder, 'last.pt'));
    symlinkSync('../last.pt', join(folder, 'steps/last'));
    symlinkSync('/etc/hostname', join(folder, 'absolute'));
    symlinkSync('../files/epoch.txt', join(folder, 'out'));
    const there = sent(folder);
    expect(readlinkSync(join(there, 'last.pt'))).toBe('steps/3.pt');
    expect(readFileSync(join(there, 'steps/last'), 'utf8')).toBe('three');
    expect(readdirSync(there).toSorted()).toEqual(['last.pt', 'steps']);
  });

  it('stays where it is if it is too large', () => {
    const folder = folderOf('large', { a: new Uint8Array(600), b: new Uint8Array(600) });
    expect(packFolder(folder, 1199)).toBeUndefined();
    expect(packFolder(folder, 1200)).toBeDefined();
  });

  it.each([
    { arrays: { './../out.txt': Uint8Array.of(1) }, texts: { links: '{}' } },
    { arrays: { '/tmp/out.txt': Uint8Array.of(1) }, texts: { links: '{}' } },
    { arrays: {}, texts: { links: '{"./link":"../../out"}' } },
    { arrays: {}, texts: { links: '{"../link":"a"}' } },
  ])('writes nothing outside: %j', (checkpoint) => {
    expect(() => unpackFolder(checkpoint, join(parent, 'target'))).toThrow('leads out of its folder');
    expect(readdirSync(parent)).not.toContain('out.txt');
  });
});
