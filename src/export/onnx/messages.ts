import {
  bytesField,
  floatField,
  floatsField,
  integerField,
  integersField,
  type MessageFields,
  messageField,
} from './protobuf.js';

// The numbers of fields and types are those of onnx.proto.

/** Types of elements. */
export const ELEMENTS = { float: 1, int64: 7, string: 8, double: 11 } as const;
export type ElementType = keyof typeof ELEMENTS;

/** What an attribute holds. */
export type Attribute =
  | { readonly float: number }
  | { readonly integer: number }
  | { readonly text: string }
  | { readonly floats: ArrayLike<number> }
  | { readonly integers: readonly number[] }
  | { readonly texts: readonly string[] };

/** A node of a graph. */
export interface OnnxNode {
  readonly operator: string;
  /** The domain of its operator; the default one if absent. */
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

/** An input or output; a negative length is that of the rows. */
export interface OnnxPort {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
}

/** A constant. */
export interface OnnxConstant extends OnnxPort {
  readonly values: ArrayLike<number | string>;
}

export interface OnnxModel {
  readonly irVersion: number;
  /** Versions by domain. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly producerVersion: string;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
}

/** The bytes of a model. */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  const { nodes, constants, inputs, outputs } = model;
  return Buffer.concat([
    integerField(1, model.irVersion),
    bytesField(2, 'focalsweep'),
    bytesField(3, model.producerVersion),
    bytesField(6, model.description),
    messageField(7, [
      ...nodes.map((own, at) => messageField(1, node(own, at))),
      bytesField(2, 'focalsweep'),
      ...constants.map((own) => messageField(5, constant(own))),
      ...inputs.map((own) => messageField(11, port(own))),
      ...outputs.map((own) => messageField(12, port(own))),
    ]),
    ...Object.entries(model.opsets).map(([domain, version]) =>
      messageField(8, [bytesField(1, domain), integerField(2, version)]),
    ),
    ...Object.entries(model.metadata).map(([key, value]) =>
      messageField(14, [bytesField(1, key), bytesField(2, value)]),
    ),
  ]);
}

function node(
  { operator, domain = '', inputs, output, attributes = {} }: OnnxNode,
  at: number,
): MessageFields {
  return [
    ...inputs.map((input) => bytesField(1, input)),
    bytesField(2, output),
    bytesField(3, `${operator} ${at}`),
    bytesField(4, operator),
    ...Object.entries(attributes).map(([name, value]) => messageField(5, attribute(name, value))),
    bytesField(7, domain),
  ];
}

function attribute(name: string, value: Attribute): MessageFields {
  const named = bytesField(1, name);
  const typed = (type: number, ...fields: MessageFields) => [named, ...fields, integerField(20, type)];
  if ('float' in value) return typed(1, floatField(2, value.float));
  if ('integer' in value) return typed(2, integerField(3, value.integer));
  if ('text' in value) return typed(3, bytesField(4, value.text));
  if ('floats' in value) return typed(6, floatsField(7, value.floats));
  if ('integers' in value) return typed(7, integersField(8, value.integers));
  return typed(8, ...value.texts.map((text) => bytesField(9, text)));
}

function port({ name, type, shape }: OnnxPort): MessageFields {
  const dimensions = shape.map((length) =>
    messageField(1, [length < 0 ? bytesField(2, 'rows') : integerField(1, length)]),
  );
  const tensor = messageField(1, [integerField(1, ELEMENTS[type]), messageField(2, dimensions)]);
  return [bytesField(1, name), messageField(2, [tensor])];
}

function constant({ name, type, shape, values }: OnnxConstant): MessageFields {
  return [
    integersField(1, shape),
    integerField(2, ELEMENTS[type]),
    bytesField(8, name),
    ...(type === 'string'
      ? Array.from(values, (text) => bytesField(6, String(text)))
      : [bytesField(9, numberBytes(type, values))]),
  ];
}

function numberBytes(type: ElementType, values: OnnxConstant['values']): Uint8Array {
  const size = type === 'float' ? 4 : 8;
  const bytes = Buffer.alloc(size * values.length);
  for (let at = 0; at < values.length; at++) {
    const value = Number(values[at]);
    if (type === 'float') bytes.writeFloatLE(value, size * at);
    else if (type === 'double') bytes.writeDoubleLE(value, size * at);
    else bytes.writeBigInt64LE(BigInt(value), size * at);
  }
  return bytes;
}
