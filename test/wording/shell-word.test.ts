import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellWord } from '../../src/wording/shell-word.js';

test('a shell takes a word as it is', () => {
  const word = fc.string({ unit: fc.constantFrom(...'ab #"\'$`\\*{}=é/.:') });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
      const { stdout } = spawnSync('sh', ['-c', `printf '%s|' ${words.map(shellWord).join(' ')}`], {
        encoding: 'utf8',
      });
      expect(stdout).toBe(words.map((own) => `${own}|`).join(''));
    }),
    { numRuns: 40 },
  );
});
