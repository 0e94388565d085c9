import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandName } from '../../dist/cli/command.js';
import { COMMANDS } from '../../dist/cli/commands/commands.js';
import {
  commandList,
  commandReference,
  sharedArguments,
  specReference,
  TABLE_COLUMNS,
  tableReference,
  viewReference,
} from '../../scripts/reference.mjs';
import { temporaryFolder } from '../store/temporary-folder.js';
import { pageOf, README, ROOT } from './shown.js';

const SMALLEST =
  'name: smallest\ndata: {source: "builtin:malware21", rows: 500}\nseeds: 1\ntrain: {epochs: 1}\n';

/** The tables of a database that a sweep was launched into. */
function databaseTables(): Parameters<typeof tableReference>[0] {
  const folder = temporaryFolder();
  const focalsweep = (...args: readonly string[]): string =>
    spawnSync(process.execPath, [join(ROOT, 'dist/bundle/main.js'), ...args], {
      cwd: folder,
      encoding: 'utf8',
    }).stdout;
  writeFileSync(join(folder, 'sweep.yaml'), SMALLEST);
  focalsweep('launch', 'sweep.yaml');
  return JSON.parse(focalsweep('query', '--sql', TABLE_COLUMNS, '--format', 'json'));
}

describe('README.md', () => {
  it('fits in 250 lines', () => {
    expect(README.text.split('\n').length).toBeLessThan(250);
  });

  it('lists the commands (npm run generate)', () => {
    expect(README.text).toContain(commandList());
  });
});

describe('docs/commands.md', () => {
  const { text } = pageOf('docs/commands.md');

  it('has the arguments that commands share (npm run generate)', () => {
    expect(text).toContain(sharedArguments());
  });

  it.each(COMMANDS.map((command) => [commandName(command), command] as const))(
    'documents the arguments of %s, with an example (npm run generate)',
    (name, command) => {
      expect(text).toContain(commandReference(command));
      expect(text).toContain(`$ npx focalsweep ${name}`);
    },
  );
});

describe('docs/spec.md', () => {
  it('has every key of the spec (npm run generate)', () => {
    expect(pageOf('docs/spec.md').text).toContain(specReference());
  });
});

describe('docs/database.md', () => {
  const { text } = pageOf('docs/database.md');

  it('has every column of the views (npm run generate)', () => {
    expect(text).toContain(viewReference());
  });

  it('has every column of the tables (npm run generate)', () => {
    expect(text).toContain(tableReference(databaseTables()));
  });
});

describe('docs/library.md', () => {
  it.each([
    ['focal-loss', /^0\.8534 \[ 2, 3 \]\n$/],
    ['api', /^4 \[ '(gamma=0|gamma=2)', '(gamma=0|gamma=2)' \]\n$/],
  ])('has an example "%s" that runs', (name, output) => {
    const { text } = pageOf('docs/library.md');
    const code = new RegExp(`<!-- example: ${name} -->\n\`\`\`js\n([^]*?)\`\`\``).exec(text)?.[1];
    // Inside the package, so that it finds itself by name as an installed one is found.
    mkdirSync(join(ROOT, 'coverage'), { recursive: true });
    const folder = mkdtempSync(join(ROOT, 'coverage', 'example-'));
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
