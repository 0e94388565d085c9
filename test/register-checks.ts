import { expect, it } from 'vitest';
import type { Check } from '../src/testing/check.js';

/** Makes a test of every check. */
export function registerChecks(checks: readonly Check[]): void {
  for (const { name, check } of checks) {
    it(name, async () => {
      await expect(check()).resolves.toBeUndefined();
    });
  }
}
