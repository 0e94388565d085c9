import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: process.env.PROPERTY_CASES === undefined ? [] : ['test/property-cases.ts'],
    // A test in which no assertion is reached has not tested anything.
    expect: { requireAssertions: true },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Real threads and native addons: every test file gets a process of its own.
    pool: 'forks',
    maxWorkers: 2,
  },
});
