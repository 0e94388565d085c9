import { expect, test } from 'vitest';
import { casesNote, haveCases, openCase } from './shared-cases.js';

test.skipIf(!haveCases)(`13: report refuses a --top that is no count${casesNote}`, () => {
  const { focalsweep } = openCase('13-report-top');
  expect(focalsweep('launch', 's.yaml', '--workers', '1').status).toBe(0);
  for (const top of ['0', '-1', 'abc']) {
    const { status, stdout, stderr } = focalsweep('report', 'top', '--top', top);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('--top must be a whole number of 1 or more');
  }
  expect(focalsweep('report', 'top', '--top', 'all').stdout).toMatch(/\n3/);
});
