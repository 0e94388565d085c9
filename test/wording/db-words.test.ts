import { expect, test } from 'vitest';
import { dbWords } from '../../src/wording/db-words.js';

test.each([
  [undefined, undefined, ''],
  ['results/focalsweep.db', undefined, ''],
  ['other.db', undefined, ' --db other.db'],
  ['my runs.db', undefined, ' --db "my runs.db"'],
  ['shard.db', 'shard.db', ''],
])('a command about %s, where %s is usual, ends with "%s"', (db, usual, words) => {
  expect(dbWords(db, usual)).toBe(words);
});
