import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { UserError } from '../../src/errors.js';
import { decodeModel, encodeModel } from '../../src/model/file/model-file.js';
import type { ClassDecision, Model, ModelMember, ModelTree, TreesPredictor } from '../../src/model/model.js';
import { cases } from '../property-cases.js';
import { thrown } from '../thrown.js';
import { anyDecision } from './any-decision.js';
import { SAMPLE_MODELS } from './sample-models.js';

const [networkModel, treesModel] = SAMPLE_MODELS as readonly [Model, Model, Model];

/** A file with another header and a checksum that fits it. */
function withHeader(bytes: Uint8Array, change: (header: Record<string, unknown>) => unknown): Uint8Array {
  const file = Buffer.from(bytes);
  const length = Number(file.readBigUInt64LE());
  const header = JSON.parse(file.toString('utf8', 8, 8 + length)) as Record<string, unknown>;
  const metadata = header.__metadata__ as Record<string, string>;
  const zeros = '0'.repeat(64);
  metadata.sha256 = zeros;
  const text = Buffer.from(JSON.stringify(change(header)));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  const changed = Buffer.concat([size, text, file.subarray(8 + length)]);
  const digest = createHash('sha256').update(changed).digest('hex');
  changed.write(digest, changed.indexOf(zeros), 'latin1');
  return changed;
}

/** A file with another description of the model. */
function withModel(bytes: Uint8Array, change: (model: { [key: string]: unknown }) => void): Uint8Array {
  return withHeader(bytes, (header) => {
    const metadata = header.__metadata__ as Record<string, string>;
    const model = JSON.parse(metadata.model as string) as { [key: string]: unknown };
    change(model);
    return { ...header, __metadata__: { ...metadata, model: JSON.stringify(model) } };
  });
}

function withTree(change: Partial<ModelTree>): Uint8Array {
  const [member] = treesModel.members as [ModelMember];
  const predictor = member.predictor as TreesPredictor;
  const [[first, tree, last]] = predictor.rounds as [[ModelTree, ModelTree, ModelTree]];
  const rounds = [[first, { ...tree, ...change }, last]];
  return encodeModel({ ...treesModel, members: [{ ...member, predictor: { ...predictor, rounds } }] });
}

const refusal = (bytes: Uint8Array) => thrown(() => decodeModel(bytes, 'm.safetensors'));

describe('a model file', () => {
  it('gives the model back, whatever the place of its bytes in memory', () => {
    for (const model of SAMPLE_MODELS) {
      const bytes = encodeModel(model);
      expect(decodeModel(bytes)).toEqual(model);
      const shifted = new Uint8Array(bytes.length + 3);
      shifted.set(bytes, 3);
      expect(decodeModel(shifted.subarray(3))).toEqual(model);
      expect(encodeModel(decodeModel(bytes))).toEqual(bytes);
    }
  });

  it('keeps any decision', () => {
    fc.assert(
      fc.property(anyDecision(networkModel.classNames.length), (decision) => {
        const model = { ...networkModel, decision };
        expect(decodeModel(encodeModel(model)).decision).toEqual(plain(decision));
      }),
    );
  });

  it('is a safetensors file: a header in JSON, aligned arrays without gaps', () => {
    const file = Buffer.from(encodeModel(networkModel));
    const length = Number(file.readBigUInt64LE());
    const header = JSON.parse(file.toString('utf8', 8, 8 + length));
    expect(length % 8).toBe(0);
    expect(header['members.0.layers.0.weight']).toEqual({
      dtype: 'F32',
      shape: [6, 4],
      data_offsets: [0, 96],
    });
    expect(file.readFloatLE(8 + length + 4)).toBe(Math.fround(1 / 7));
  });

  it('takes a file that has no knob which came later, with its default', () => {
    const file = withModel(encodeModel(networkModel), (model) => {
      const [member] = model.members as [{ config: { residual?: boolean } }];
      delete member.config.residual;
    });
    expect(decodeModel(file)).toEqual(networkModel);
  });
});

describe('a hostile model file is refused', () => {
  const options = { numRuns: cases(3000) };

  test('with any byte changed', () => {
    for (const model of SAMPLE_MODELS) {
      const bytes = encodeModel(model);
      fc.assert(
        fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, bits) => {
          const damaged = bytes.slice();
          damaged[at] = (damaged[at] as number) ^ bits;
          expect(refusal(damaged)).toBeInstanceOf(UserError);
        }),
        options,
      );
    }
  });

  test('cut anywhere, or with anything behind it', () => {
    const bytes = encodeModel(treesModel);
    for (let end = 0; end < bytes.length; end++) {
      expect(refusal(bytes.subarray(0, end))).toBeInstanceOf(UserError);
    }
    expect(refusal(Buffer.concat([bytes, Buffer.alloc(1)]))).toBeInstanceOf(UserError);
  });

  test('if it is any other bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(refusal(bytes)).toBeInstanceOf(UserError);
      }),
      options,
    );
  });

  test('with a right checksum and any other value in its description: it is a model or a refusal', () => {
    const leaves = fc.oneof(
      fc.integer(),
      fc.double(),
      fc.string(),
      fc.constant(null),
      fc.constant([]),
      fc.constant({}),
    );
    for (const model of SAMPLE_MODELS) {
      const bytes = encodeModel(model);
      fc.assert(
        fc.property(fc.nat(), leaves, (which, value) => {
          const changed = withModel(bytes, (description) => {
            const places: (() => void)[] = [];
            const walk = (node: unknown): void => {
              if (typeof node !== 'object' || node === null) return;
              for (const key of Object.keys(node)) {
                const own = node as Record<string, unknown>;
                places.push(() => {
                  own[key] = value;
                });
                walk(own[key]);
              }
            };
            walk(description);
            places[which % places.length]?.();
          });
          const outcome = thrown(() => decodeModel(changed)) ?? decodeModel(changed);
          expect(outcome instanceof UserError || 'members' in (outcome as Model)).toBe(true);
        }),
        { numRuns: cases(1000) },
      );
    }
  });

  const offsets: ClassDecision = { kind: 'offsets', name: 'class offsets', offsets: [0, 1, 2] };
  const free = [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ];
  const costs: ClassDecision = { ...offsets, kind: 'costs', temperature: 1, costs: free };
  const threshold: ClassDecision = { kind: 'threshold', name: 'fpr', classIndex: 2, threshold: 1 };
  it.each<[string, ClassDecision, object]>([
    ['too few offsets', offsets, { offsets: [0, 1] }],
    ['an offset that is no number', offsets, { offsets: [0, 1, null] }],
    ['another kind', offsets, { kind: 'vote' }],
    ['a class that there is not', threshold, { classIndex: 3 }],
    ['a threshold above 1', threshold, { threshold: 1.5 }],
    ['a temperature of 0', costs, { temperature: 0 }],
    ['costs of fewer classes', costs, { costs: [[0, 0, 0]] }],
    ['costs that are no square', costs, { costs: [[0, 0, 0], [0, 0, 0], [0]] }],
    [
      'a cost below 0',
      costs,
      {
        costs: [
          [0, 0, 0],
          [0, 0, 0],
          [0, -1, 0],
        ],
      },
    ],
  ])('with %s in its decision', (_what, decision, change) => {
    const whole = encodeModel({ ...treesModel, decision });
    const file = withModel(whole, (model) => Object.assign(model.decision as object, change));
    expect(decodeModel(whole).decision).toEqual(decision);
    expect((refusal(file) as UserError).message).toMatch(/description of the model is wrong at decision/);
  });

  it.each([
    [[[0, 1]]],
    [
      [
        [0, 1, 1],
        [1, 0, 1],
        [1, 0],
      ],
    ],
    [
      [
        [0, 1, 1],
        [1, 0, 1],
        [1, -1, 0],
      ],
    ],
  ])('with costs %j of three classes', (wrong) => {
    const square = [
      [0, 1, 1],
      [1, 0, 1],
      [1, 1, 0],
    ];
    const metric = { name: 'macro_f1', goal: 'maximize', costs: square } as const;
    const costly = { ...treesModel, scoring: { rareClasses: [], metric } };
    const whole = encodeModel(costly);
    expect(decodeModel(whole)).toEqual(costly);
    const file = withModel(whole, (model) => {
      Object.assign((model.scoring as { metric: object }).metric, { costs: wrong });
    });
    expect((refusal(file) as UserError).message).toMatch(/is wrong at scoring\.metric\.costs/);
  });

  const bytes = encodeModel(treesModel);
  const array = 'members.0.left';
  const withEntry = (entry: object) =>
    withHeader(bytes, (header) => ({ ...header, [array]: { ...(header[array] as object), ...entry } }));
  const withMetadata = (metadata: object) =>
    withHeader(bytes, (header) => ({
      ...header,
      __metadata__: { ...(header.__metadata__ as object), ...metadata },
    }));

  it.each<[string, Uint8Array, RegExp]>([
    ['a wrong checksum', withMetadataOnly(bytes), /its checksum does not match/],
    ['another version', withMetadata({ version: '2' }), /has version 2, and this focalsweep reads version 1/],
    ['a foreign file', withMetadata({ format: 'pt' }), /is not a model of focalsweep/],
    ['a huge shape', withEntry({ shape: [2 ** 40] }), /the place of its array members.0.left is wrong/],
    ['a shape beyond all numbers', withEntry({ shape: [2 ** 52, 2 ** 52] }), /the place of its array/],
    ['offsets out of range', withEntry({ data_offsets: [0, 2 ** 40] }), /the place of its array/],
    ['overlapping offsets', withEntry({ data_offsets: [0, 68] }), /the place of its array/],
    ['another type', withEntry({ dtype: 'F32' }), /members.0.left is missing or has another type/],
    ['a type that is none', withEntry({ dtype: 'F64' }), /its header is wrong at members.0.left.dtype/],
    ['no JSON', withMetadata({ model: '{' }), /its description of the model is not JSON/],
    [
      'another label set',
      withModel(bytes, (model) => Object.assign(model, { classNames: ['a', 'b'] })),
      /initial has 3/,
    ],
    [
      'a class twice',
      withModel(bytes, (model) => Object.assign(model, { classNames: ['a', 'b', 'a'] })),
      /two places/,
    ],
    ['a tree that loops', withTree({ left: Int32Array.of(0, 0, 3, 0, 0) }), /node 0 of tree 1 has a child/],
    [
      'a tree that leaves itself',
      withTree({ right: Int32Array.of(9, 0, 4, 0, 0) }),
      /node 0 of tree 1 has a child/,
    ],
    [
      'a node with two parents',
      withTree({ right: Int32Array.of(1, 0, 4, 0, 0) }),
      /node 0 of tree 1 has a child/,
    ],
    ['a feature that there is not', withTree({ feature: Int32Array.of(2, -1, 1, -1, -1) }), /by a feature/],
    ['an unknown category', withTree({ categories: new Map([[2, [3]]]) }), /unknown category/],
    ['a category node without a set', withTree({ categories: new Map() }), /decides in a wrong way/],
  ])('with %s', (_what, file, message) => {
    const error = refusal(file) as UserError;
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toMatch(message);
    expect(error.where).toBe('m.safetensors');
  });

  it('with a network whose layers do not fit', () => {
    const file = withModel(encodeModel(networkModel), (model) => {
      const [member] = model.members as [{ predictor: { layers: { inputs: number }[] } }];
      Object.assign(member.predictor.layers[1] as object, { inputs: 2 ** 30, outputs: 2 ** 30 });
    });
    expect((refusal(file) as UserError).message).toMatch(/layer 1 does not fit/);
  });
});

/** Without negative zeros, which JSON does not have. */
function plain<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}

function withMetadataOnly(bytes: Uint8Array): Uint8Array {
  const file = Buffer.from(bytes);
  const at = file.indexOf('"sha256":"') + 10;
  file.write(file[at] === 0x61 ? 'b' : 'a', at, 'latin1');
  return file;
}
