import { describe, expect, it } from 'vitest';
import { inspectTable, type TableFindings } from '../../../src/data/inspect/inspect-table.js';
import { userError, writeFiles } from '../table-folder.js';

/** A CSV of rows by a function of the row. */
function csv(header: string, rows: number, row: (at: number) => readonly unknown[], separator = ','): string {
  return [header, ...Array.from({ length: rows }, (_, at) => row(at).join(separator)), ''].join('\n');
}

/** A number that looks drawn, in [0, 1). */
function noise(at: number, stream = 1): number {
  const value = Math.sin(at * 12.9898 + stream * 78.233) * 43758.5453;
  return Number((value - Math.floor(value)).toFixed(5));
}

const classOf = (at: number) => (noise(at, 7) < 0.5 ? 'good' : 'bad');

function inspect(content: string, label?: string, name = 'table.csv'): Promise<TableFindings> {
  return inspectTable([name], writeFiles({ [name]: content }), label);
}

const kinds = ({ drops }: TableFindings) => Object.fromEntries(drops.map(({ name, kind }) => [name, kind]));

describe('the label', () => {
  it('is chosen by its name, wherever it stands, and names the next likely', async () => {
    const found = await inspect(csv('diagnosis,x,kind', 60, (at) => [classOf(at), noise(at), at % 3]));
    expect(found.label.column.name).toBe('diagnosis');
    expect(found.label.runnersUp.map(({ name }) => name)).toEqual(['kind']);
    expect(found.label.reason).toMatch(/by its name; 2 classes/);
  });

  it('is else the last column of few values', async () => {
    const found = await inspect(csv('a,b,c', 60, (at) => [at % 4, noise(at), classOf(at)]));
    expect(found.label.column.name).toBe('c');
    expect(found.label.reason).toMatch(/by its values: the last column/);
  });

  it('is what --label says', async () => {
    const found = await inspect(
      csv('a,b,label', 60, (at) => [at % 4, noise(at), classOf(at)]),
      'a',
    );
    expect(found.label.column.name).toBe('a');
  });

  it.each([
    ['a quantity', csv('x,y', 300, (at) => [noise(at), noise(at, 2)]), 'y', /different numbers: a quantity/],
    ['no column', csv('x,y', 30, (at) => [noise(at), at % 2]), 'z', /no column "z"/],
    ['one value', csv('x,y', 30, (at) => [noise(at), 1]), 'y', /1 value, and classification needs two/],
    ['tiny classes', csv('x,y', 30, (at) => [noise(at), `k${at}`]), 'y', /no class of "y" has 3 rows/],
    ['many classes', csv('x,label', 1001, (at) => [noise(at), `k${at}`]), undefined, /at most 1000/],
    ['a target of numbers', csv('x,target', 300, (at) => [noise(at), noise(at, 2)]), undefined, /a quantity/],
    ['one column', csv('class', 30, (at) => [classOf(at)]), undefined, /one column/],
    [
      'no column of classes',
      csv('x,z', 300, (at) => [noise(at), noise(at, 2)]),
      undefined,
      /looks like classes/,
    ],
  ])('is refused where it is %s', async (_what, content, label, message) => {
    const error = await userError(inspect(content, label));
    expect(error.message).toMatch(message);
    expect(error.fix).toBeTruthy();
  });
});

describe('a label with a word for a missing value', () => {
  const attack = (at: number) => (at % 4 === 3 ? 'DoS' : 'None');

  it.each(['None', 'NA', 'null', 'nan'])('has a class called %s', async (word) => {
    const content = csv('dur,proto,attack', 60, (at) => [
      noise(at),
      at % 2 ? 'tcp' : 'udp',
      attack(at).replace('None', word),
    ]);
    for (const named of ['attack', undefined]) {
      const { label, classRows } = await inspect(content, named);
      expect(label.column.name).toBe('attack');
      expect(label.reason).toMatch(/2 classes$/);
      expect(label.notes).toEqual([expect.stringContaining(`"${word}" is read as a class`)]);
      expect(classRows).toEqual([45, 15]);
    }
  });

  it('counts every such word, and numbers beside it', async () => {
    const words = await inspect(csv('x,label', 60, (at) => [noise(at), ['neg', 'NA', 'None'][at % 3]]));
    expect(words.classRows).toEqual([20, 20, 20]);
    const numbers = await inspect(csv('x,label', 60, (at) => [noise(at), ['0', '1.0', 'NA', '1'][at % 4]]));
    expect(numbers.classRows).toEqual([30, 15, 15]);
    expect(numbers.label.reason).toMatch(/3 classes/);
  });

  it('makes no label of a quantity, and none that has a note without such words', async () => {
    const found = await inspect(
      csv('x,kind,y', 300, (at) => [noise(at), at % 3, at === 7 ? 'NA' : noise(at, 3)]),
    );
    expect(found.label.column.name).toBe('kind');
    expect(found.label.notes).toEqual([]);
  });

  it('is not refused by its counts where some rows have no label: the plan says where', async () => {
    const { label } = await inspect(
      csv('x,label', 60, (at) => [noise(at), at === 9 ? '' : attack(at)]),
      'label',
    );
    expect(label.column.name).toBe('label');
  });
});

describe('columns to leave out', () => {
  it('are identifiers, constants, copies and leaks', async () => {
    const found = await inspect(
      csv('flow_id,code,x,copy,same,leak,step,class', 400, (at) => {
        const x = noise(at);
        return [1e6 + 3 * at, `u${at}`, x, x, 1, classOf(at) === 'bad' ? 4 : 9, noise(at, 5), classOf(at)];
      }),
    );
    expect(kinds(found)).toEqual({
      flow_id: 'id',
      code: 'id',
      copy: 'duplicate',
      same: 'constant',
      leak: 'leak',
    });
    expect(found.drops.find(({ name }) => name === 'leak')?.reason).toMatch(/100\.0 % of 200 held-out rows/);
  });

  it('are no numbers that differ in all rows without being identifiers', async () => {
    const found = await inspect(
      csv('price,x,class', 200, (at) => [Math.floor(noise(at) ** 3 * 1e7), at % 5, classOf(at)]),
    );
    expect(kinds(found)).toEqual({});
  });

  it('are a threshold of a number that gives the class away', async () => {
    const found = await inspect(
      csv('score,x,class', 2000, (at) => [noise(at), noise(at, 2), noise(at) < 0.3 ? 'a' : 'b']),
    );
    expect(kinds(found)).toEqual({ score: 'leak' });
  });

  it('are never all features: a leak is kept where nothing else is left', async () => {
    const found = await inspect(csv('leak,class', 100, (at) => [classOf(at) === 'bad' ? 1 : 2, classOf(at)]));
    expect(found.drops).toEqual([]);
    expect(found.keptLeaks.map(({ name }) => name)).toEqual(['leak']);
    const error = await userError(inspect(csv('id,class', 100, (at) => [at, classOf(at)])));
    expect(error.message).toMatch(/no column is left to learn from: id/);
  });
});

describe('the split', () => {
  const day = (at: number) => new Date(Date.UTC(2024, 0, 1, 0, at)).toISOString();

  it('is by time where rows are in time order, and offered in a comment where they are not', async () => {
    const ordered = await inspect(csv('seen,x,class', 300, (at) => [day(at), noise(at), classOf(at)]));
    expect(ordered.split.split).toEqual({ time: 'seen' });
    expect(kinds(ordered)).toEqual({});
    const mixed = await inspect(
      csv('seen,x,class', 300, (at) => [day((at * 7) % 300), noise(at), classOf(at)]),
    );
    expect(mixed.split.split).toBeUndefined();
    expect(mixed.split.others.map(({ split }) => split)).toEqual([{ time: 'seen' }]);
    expect(kinds(mixed)).toEqual({ seen: 'time' });
  });

  it.each(['Time', 'time_step', 'step', 'day'])(
    'is by counts of %s that many rows share, where they are in order',
    async (name) => {
      const table = (time: (at: number) => number) =>
        inspect(csv(`${name},x,class`, 600, (at) => [time(at), noise(at), classOf(at)]));
      const ordered = await table((at) => Math.floor(at / 7));
      expect(ordered.split.split).toEqual({ time: name });
      const mixed = await table((at) => Math.floor(noise(at) * 31));
      expect(mixed.split.split).toBeUndefined();
      expect(kinds(mixed)).toEqual({});
      const few = await table((at) => Math.floor(at / 100));
      expect(few.split.split).toBeUndefined();
    },
  );

  it('is by time no more where classes would lack a part', async () => {
    const sorted = await inspect(
      csv('seen,x,class', 300, (at) => [day(at), noise(at), at < 150 ? 'a' : 'b']),
    );
    expect(sorted.split.split).toBeUndefined();
  });

  it('keeps rows of one patient together, and asks where a name does not say so', async () => {
    const rows = (at: number) => [`p${at % 130}`, noise(at), classOf(at % 130)];
    const named = await inspect(csv('patient_id,x,class', 1300, rows));
    expect(named.split.split).toEqual({ group: 'patient_id' });
    const unnamed = await inspect(csv('kk,x,class', 1300, rows));
    expect(unnamed.split.split).toBeUndefined();
    expect(unnamed.split.others.map(({ split }) => split)).toEqual([{ group: 'kk' }]);
    expect(kinds(unnamed)).toEqual({ kk: 'group' });
  });

  it('is what a column or the names of files say', async () => {
    const part = (at: number) => ['train', 'train', 'val', 'test'][at % 4];
    const byColumn = await inspect(csv('x,part,class', 200, (at) => [noise(at), part(at), classOf(at)]));
    expect(byColumn.split.split).toEqual({ column: 'part' });
    const content = csv('x,class', 100, (at) => [noise(at), classOf(at)]);
    const names = ['test.csv', 'train.csv', 'validation.csv'];
    const folder = writeFiles(Object.fromEntries(names.map((name) => [name, content])));
    const byFiles = await inspectTable(names, folder, undefined);
    expect(byFiles.source).toEqual(['train.csv']);
    expect(byFiles.split.split).toEqual({ validation: ['validation.csv'], test: ['test.csv'] });
  });

  it('leaves out classes that are too small to be split', async () => {
    const found = await inspect(
      csv('x,class', 201, (at) => [noise(at), at === 200 ? 'single' : classOf(at)]),
    );
    expect(found.split.small).toEqual({ rows: 3, action: 'drop' });
    expect(found.split.smallReason).toMatch(/^1 class has fewer than 3 rows/);
  });
});

describe('how the file is written', () => {
  it('needs a key only where it is not found without help', async () => {
    const plain = (at: number) => [noise(at), at % 9, classOf(at)];
    expect((await inspect(csv('x,y1,class', 50, plain))).form.keys).toEqual({});
    expect((await inspect(csv('x;y1;class', 50, plain, ';'))).form.keys).toEqual({});
    expect((await inspect(csv('x y1 class', 50, plain, ' '), undefined, 'a.txt')).form.keys).toEqual({
      delimiter: ' ',
    });
    expect((await inspect(csv('0.1,3,good', 50, plain))).form.keys).toEqual({ header: false });
    expect((await inspect(csv('a,a,class', 50, plain))).form.keys).toEqual({
      header: true,
      names: ['a', 'a_2', 'class'],
    });
  });

  it('has a decimal mark where numbers can be read in two ways', async () => {
    const digits = (at: number) => 100 + (at % 899);
    const points = csv(
      'x;z;class',
      200,
      (at) => [`${(at % 9) + 1},${digits(at * 7)}`, at % 7, classOf(at)],
      ';',
    );
    expect((await inspect(points)).form.keys).toEqual({ decimal: '.' });
    const commas = csv(
      'x;z;class',
      200,
      (at) => [`${(at % 9) + 1},${digits(at * 7)}`, `${at % 7},5`, classOf(at)],
      ';',
    );
    expect((await inspect(commas)).form.keys).toEqual({ decimal: ',' });
  });
});
