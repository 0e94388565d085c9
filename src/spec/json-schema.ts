import { z } from 'zod';
import { sweepSchema } from './schema.js';

/** The sweep spec as JSON Schema draft-07, the draft that editors' YAML servers read. */
export function sweepJsonSchema(): object {
  return z.toJSONSchema(sweepSchema, { target: 'draft-7', io: 'input' });
}
