import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { commandName } from '../../dist/cli/command.js';
import { COMMANDS } from '../../dist/cli/commands/commands.js';
import { commandReference, specReference, viewReference } from '../../scripts/reference.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');

describe('README.md', () => {
  it.each(COMMANDS.map(commandName))(
    'documents every argument of %s, with an example (npm run generate)',
    (name) => {
      const [command] = COMMANDS.filter((candidate) => commandName(candidate) === name);
      expect(readme.includes(commandReference(command as (typeof COMMANDS)[number]))).toBe(true);
      expect(readme.includes(`$ npx focalsweep ${name}`)).toBe(true);
    },
  );

  it('has the spec reference and the views as they are (npm run generate)', () => {
    expect(readme.includes(specReference())).toBe(true);
    expect(readme.includes(viewReference())).toBe(true);
  });

  it.each([
    ['focal-loss', /^0\.8534 \[ 2, 3 \]\n$/],
    ['api', /^4 \[ '(gamma=0|gamma=2)', '(gamma=0|gamma=2)' \]\n$/],
  ])('has an example "%s" that runs', (name, output) => {
    const code = new RegExp(`<!-- example: ${name} -->\n\`\`\`js\n([^]*?)\`\`\``).exec(readme)?.[1];
    // Inside the package, so that it finds itself by name as an installed one is found.
    mkdirSync(join(root, 'coverage'), { recursive: true });
    const folder = mkdtempSync(join(root, 'coverage', 'example-'));
    try {
      const file = join(folder, 'example.mjs');
      writeFileSync(file, code ?? '');
      const { stdout, stderr } = spawnSync(process.execPath, [file], { cwd: folder, encoding: 'utf8' });
      expect(stdout, stderr).toMatch(output);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
