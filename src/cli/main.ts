#!/usr/bin/env node
import { keepCompiledCode } from '../compile-cache.js';

keepCompiledCode();
// Imports nothing else before it can say that something cannot be imported.
try {
  const { runCommandLine } = await import('./options/command-line.js');
  await runCommandLine();
} catch (error) {
  if ((error as NodeJS.ErrnoException).code !== 'EMFILE') throw error;
  process.stderr.write(
    'error: this process may not open as many files as it needs\n  fix: Allow more (ulimit -n 1024).\n',
  );
  process.exitCode = 2;
}
