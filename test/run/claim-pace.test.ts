import { expect, test, vi } from 'vitest';
import { pacedClaims } from '../../src/run/groups/claim-pace.js';

test('what is used up at once is followed by twice as much, what lasts and what was not there by the least', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    const asked: number[] = [];
    let there = 1;
    const claim = pacedClaims({ least: 2, most: 16, shortestMs: 1000 }, async (groups) => {
      asked.push(groups);
      return there;
    });
    const after = async (ms: number): Promise<void> => {
      vi.advanceTimersByTime(ms);
      await claim();
    };
    for (const ms of [0, 10, 10, 10, 10]) await after(ms);
    expect(asked.splice(0)).toEqual([2, 4, 8, 16, 16]);
    await after(1000);
    expect(asked.splice(0)).toEqual([2]);
    there = 0;
    for (const ms of [10, 250, 250, 250]) await after(ms);
    expect(asked).toEqual([4, 2, 2, 2]);
  } finally {
    vi.useRealTimers();
  }
});
