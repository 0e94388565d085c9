#!/usr/bin/env node
import { keepCompiledCode } from './compile-cache.js';

keepCompiledCode();
// Imports nothing else at the top, so that it can report a failed import.
try {
  const { runCommandLine } = await import('./options/command-line.js');
  await runCommandLine();
} catch (error) {
  if ((error as NodeJS.ErrnoException).code !== 'EMFILE') throw error;
  process.stderr.write('error: the limit of open files is too low\n  fix: Raise it (ulimit -n 1024).\n');
  process.exitCode = 2;
}
