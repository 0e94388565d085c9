import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { sweepJsonSchema } from '../../src/spec/json-schema.js';
import { parseSpec } from '../../src/spec/parse-spec.js';

const folder = new URL('../../sweeps/', import.meta.url);
const examples = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
const read = (file: string): string => readFileSync(new URL(file, folder), 'utf8');

describe('sweeps/sweep.schema.json', () => {
  it('is what the code generates (npm run generate)', () => {
    expect(JSON.parse(read('sweep.schema.json'))).toEqual(sweepJsonSchema());
  });

  const validate = new Ajv({ strict: false, validateFormats: false }).compile(sweepJsonSchema());

  it.each(examples)('accepts %s, which names it for editors', (file) => {
    const text = read(file);
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=./sweep.schema.json');
    expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true);
    expect(parseSpec(text, file).name).not.toBe('');
  });

  it('refuses what the parser refuses', () => {
    expect(validate({ name: 'a', data: { source: 'x' }, gama: 1 })).toBe(false);
    expect(validate({ name: 'a', data: { source: 'x' }, parameters: { gamma: { values: [-1] } } })).toBe(
      false,
    );
  });
});
