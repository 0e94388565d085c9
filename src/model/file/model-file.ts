import type { z } from 'zod';
import { UserError } from '../../errors.js';
import type { Model, ModelMember, NetworkPredictor, Predictor, WeightedLayer } from '../model.js';
import { type ColumnPreparation, featureNames } from '../preparation.js';
import { forestTensors, readForest } from './forest-arrays.js';
import { modelFileSchema } from './model-schema.js';
import {
  type Container,
  type Refuse,
  readContainer,
  type Tensor,
  type TensorValues,
  writeContainer,
} from './safetensors.js';

const FORMAT = 'focalsweep model';
const VERSION = '1';

/**
 * A model as the bytes of a safetensors file: its numbers as arrays named `members.<n>.layers.<n>.weight` and the like, all else as
 * JSON under `model` in the metadata. The same model gives the same bytes.
 */
export function encodeModel({ members, ...rest }: Model): Uint8Array {
  // Parsing puts keys in one order, and refuses what could not be read again.
  const model = modelFileSchema.parse({
    ...rest,
    members: members.map(({ preparation, predictor, ...member }) => ({
      ...member,
      columns: preparation.columns,
      predictor: withoutArrays(predictor),
    })),
  });
  return writeContainer(
    { format: FORMAT, version: VERSION, model: JSON.stringify(model) },
    members.flatMap(({ predictor }, at) => tensorsOf(`members.${at}`, predictor)),
  );
}

/**
 * Reads what encodeModel wrote; `where` names the file. Throws UserError for any other bytes, and for a model that does not fit
 * together.
 */
export function decodeModel(bytes: Uint8Array, where?: string): Model {
  const refuse: Refuse = (what) =>
    new UserError(`this is no whole model file: ${what}`, {
      where,
      fix: 'Copy the file again, or export the model again.',
    });
  const container = readContainer(bytes, refuse);
  requireVersion(container.metadata, where);
  const { members, ...rest } = readStructure(container.metadata.get('model'), refuse);
  const { classNames, scoring } = rest;
  if (new Set(classNames).size < classNames.length) throw refuse('a class has two places');
  if (scoring?.rareClasses.some((cls) => cls >= classNames.length)) throw refuse('a rare class is none');
  const left = new Map(container.tensors);
  const model = {
    ...rest,
    members: members.map(({ columns, predictor, ...member }, at): ModelMember => {
      const shape = { classes: classNames.length, columns };
      const arrays = { ...shape, take: taker(left, `members.${at}`, refuse), refuse };
      return {
        ...member,
        preparation: { columns, classNames },
        predictor: predictor.kind === 'trees' ? trees(arrays) : network(predictor, arrays),
      };
    }),
  };
  if (left.size > 0) throw refuse('it has arrays that the model does not');
  return model;
}

/** Whether bytes begin as a model file may: with the length of a header, and the header. */
export function looksLikeModelFile(bytes: Uint8Array): boolean {
  return bytes.length > 9 && bytes[7] === 0 && bytes[8] === 0x7b;
}

function requireVersion(metadata: Container['metadata'], where: string | undefined): void {
  if (metadata.get('format') !== FORMAT) {
    throw new UserError('this safetensors file is not a model of focalsweep', {
      where,
      fix: 'Only `focalsweep export --to safetensors` writes files that can predict.',
    });
  }
  const version = metadata.get('version');
  if (version === VERSION) return;
  throw new UserError(
    `this model file has version ${version}, and this focalsweep reads version ${VERSION}`,
    {
      where,
      fix: 'Use the focalsweep that wrote it, or a newer one.',
    },
  );
}

type FileStructure = z.output<typeof modelFileSchema>;

function readStructure(text: string | undefined, refuse: Refuse): FileStructure {
  let structure: unknown;
  try {
    structure = JSON.parse(text ?? '');
  } catch {
    throw refuse('its description of the model is not JSON');
  }
  const { data, error } = modelFileSchema.safeParse(structure);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  throw refuse(
    `its description of the model is wrong at ${issue?.path.map(String).join('.') || 'its start'}`,
  );
}

function withoutArrays(predictor: Predictor) {
  if (predictor.kind === 'trees') return { kind: predictor.kind };
  const layers = predictor.layers.map(({ inputs, outputs, input, sums }) => ({
    inputs,
    outputs,
    input,
    sums,
  }));
  return { ...predictor, layers };
}

function tensorsOf(prefix: string, predictor: Predictor): readonly Tensor[] {
  if (predictor.kind === 'trees') return forestTensors(prefix, predictor);
  return predictor.layers.flatMap(({ inputs, outputs, weight, bias, normalisation }, at) => {
    const tensor = (name: string, shape: readonly number[], values: Float32Array): Tensor => ({
      name: `${prefix}.layers.${at}.${name}`,
      shape,
      values,
    });
    return [
      ...(normalisation === undefined
        ? []
        : [tensor('scale', [inputs], normalisation.scale), tensor('shift', [inputs], normalisation.shift)]),
      tensor('weight', [inputs, outputs], weight),
      tensor('bias', [outputs], bias),
    ];
  });
}

/** What a predictor of the file must fit to, and its arrays. */
interface MemberArrays {
  readonly classes: number;
  readonly columns: readonly ColumnPreparation[];
  readonly take: Take;
  readonly refuse: Refuse;
}

type Take = <Type extends TensorValues>(
  name: string,
  type: new (length: number) => Type,
  length?: number,
) => Type;

/** Takes arrays of a member out of those that are left. */
function taker(left: Map<string, Tensor>, prefix: string, refuse: Refuse): Take {
  return (name, type, length) => {
    const full = `${prefix}.${name}`;
    const values = left.get(full)?.values;
    if (!(values instanceof type)) throw refuse(`its array ${full} is missing or has another type`);
    if (length !== undefined && values.length !== length) {
      throw refuse(`its array ${full} has ${values.length} numbers and not ${length}`);
    }
    left.delete(full);
    return values;
  };
}

function trees({ classes, columns, take, refuse }: MemberArrays): Predictor {
  const categories = columns.flatMap((column) => {
    const isCoded = column.kind === 'categorical' && column.isCoded === true;
    return featureNames(column).map(() => (isCoded ? column.categories.length : 0));
  });
  return readForest({ classes, categories, take, refuse });
}

type FileNetwork = Extract<FileStructure['members'][number]['predictor'], { readonly kind: 'network' }>;

function network(
  { kind, activation, layers }: FileNetwork,
  { classes, columns, take, refuse }: MemberArrays,
): NetworkPredictor {
  let width = columns.reduce((sum, column) => sum + featureNames(column).length, 0);
  let trunk: number | undefined;
  const weighted = layers.map((layer, at): WeightedLayer => {
    const { inputs, outputs, input, sums } = layer;
    const isNormal = input !== 'as given';
    const isLast = at === layers.length - 1;
    const fitsTrunk = (!isNormal || trunk === inputs) && (sums !== 'added' || trunk === outputs);
    const endsWell = !isLast || (outputs === classes && sums === 'plain');
    if (inputs !== width || !fitsTrunk || !endsWell) {
      throw refuse(`layer ${at} does not fit to what is before it`);
    }
    width = outputs;
    if (sums !== 'activated' && !isLast) trunk = outputs;
    const normalisation = isNormal && {
      normalisation: {
        scale: take(`layers.${at}.scale`, Float32Array, inputs),
        shift: take(`layers.${at}.shift`, Float32Array, inputs),
      },
    };
    return {
      ...layer,
      ...normalisation,
      weight: take(`layers.${at}.weight`, Float32Array, inputs * outputs),
      bias: take(`layers.${at}.bias`, Float32Array, outputs),
    };
  });
  return { kind, activation, layers: weighted };
}
