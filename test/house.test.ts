import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const src = fileURLToPath(new URL('../src/', import.meta.url));
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const EXPORT = /^export (?:abstract |async )*(?:function\*?|const|class|interface|type|enum) (\w+)/gm;

test('no name is exported by two files', () => {
  const homes = new Map<string, Set<string>>();
  for (const file of files) {
    for (const [, name = ''] of readFileSync(join(src, file), 'utf8').matchAll(EXPORT)) {
      homes.set(name, (homes.get(name) ?? new Set()).add(file));
    }
  }
  expect(homes.size).toBeGreaterThan(500);
  expect([...homes].filter(([, own]) => own.size > 1)).toEqual([]);
});

test('no folder has more than a dozen files, but for the one with a file per command', () => {
  const counts = new Map<string, number>();
  for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  counts.delete('cli/commands');
  expect([...counts].filter(([, count]) => count > 12)).toEqual([]);
});

test('no file has more than 300 lines', () => {
  const lines = files.map(
    (file) => [file, readFileSync(join(src, file), 'utf8').split('\n').length] as const,
  );
  expect(lines.filter(([, count]) => count > 300)).toEqual([]);
});
