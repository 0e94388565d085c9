// `npm test`: every check and test, from a fresh clone. Arguments go to vitest, which then runs alone.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root, runTool } from './prepare.mjs';

const vitestArguments = process.argv.slice(2);

const checks = [
  ['types of tests', 'typescript/bin/tsc', ['-p', 'test']],
  ['lint and format', '@biomejs/biome/bin/biome', ['ci', '--error-on-warnings']],
  ['layers', 'dependency-cruiser/bin/dependency-cruise.mjs', ['--config', '.dependency-cruiser.cjs', 'src']],
];
if (vitestArguments.length === 0) {
  for (const [name, script, args] of checks) {
    process.stderr.write(`checking ${name} …\n`);
    runTool(script, args);
  }
}

process.stderr.write(`running the tests on Node ${process.version} …\n`);
const folder = mkdtempSync(join(tmpdir(), 'focalsweep-test-'));
const report = join(folder, 'report.json');
const vitest = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...vitestArguments,
  ],
  { cwd: root, stdio: 'inherit' },
);
try {
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  // Vitest does not say which file's process has died.
  for (const { name, assertionResults } of testResults) {
    for (const { fullName, status } of assertionResults) {
      if (status === 'pending')
        process.stdout.write(`Without an outcome: ${relative(root, name)}: ${fullName}\n`);
    }
  }
  process.stdout.write(
    `Tests: ${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = vitest.status ?? 1;
