/** Fields of a message in the encoding of Protocol Buffers, in order. */
export type MessageFields = readonly Uint8Array[];

const VARINT = 0;
const BYTES = 2;
const FLOAT = 5;

/** An integer of at least 0 as a field. */
export function integerField(field: number, value: number): Uint8Array {
  return Uint8Array.from([...varint(field * 8 + VARINT), ...varint(value)]);
}

export function floatField(field: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(5);
  bytes[0] = field * 8 + FLOAT;
  bytes.writeFloatLE(value, 1);
  return bytes;
}

/** A text or bytes as a field. */
export function bytesField(field: number, value: string | Uint8Array): Uint8Array {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([Uint8Array.from([...varint(field * 8 + BYTES), ...varint(bytes.length)]), bytes]);
}

export function messageField(field: number, fields: MessageFields): Uint8Array {
  return bytesField(field, Buffer.concat(fields));
}

/** Integers of at least 0 as one field. */
export function integersField(field: number, values: readonly number[]): Uint8Array {
  return bytesField(field, Uint8Array.from(values.flatMap(varint)));
}

export function floatsField(field: number, values: ArrayLike<number>): Uint8Array {
  const bytes = Buffer.alloc(4 * values.length);
  for (let at = 0; at < values.length; at++) bytes.writeFloatLE(values[at] as number, 4 * at);
  return bytesField(field, bytes);
}

/** Seven bits in each byte, the lowest first; a higher bit says that more follow. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  bytes.push(left);
  return bytes;
}
