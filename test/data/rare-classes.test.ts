import { expect, test } from 'vitest';
import { rareClasses } from '../../src/data/split/rare-classes.js';

const measured = (name: string, train: number) => ({ name, train, validation: 10, test: 10 });
const trainOnly = (name: string) => ({ name, train: 2, validation: 0, test: 0 });

test('a quarter is rare of the classes that can be measured, however many only train', () => {
  const tiny = ['c', 'd', 'e', 'f', 'g', 'h'].map(trainOnly);
  expect(rareClasses([measured('a', 180), measured('b', 60), ...tiny], undefined)).toEqual([1]);
  const many = Array.from({ length: 9 }, (_, at) => measured(`m${at}`, 100 - at));
  expect(rareClasses([...tiny, ...many], { quantile: 0.25 })).toEqual([13, 14]);
});
