import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: process.env.PROPERTY_CASES === undefined ? [] : ['test/property-cases.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Real threads and native addons: every test file gets a process of its own.
    pool: 'forks',
    maxWorkers: 2,
  },
});
