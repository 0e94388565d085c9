import { arenaBytes, createSharedArena } from '../../data/shared-memory.js';
import type { Model, ModelMember } from '../../model/model.js';
import { featureNames, type Preparation } from '../../model/preparation.js';
import { SLICE_ROWS } from '../network/training/evaluate-lane.js';
import type { Block, OpenedMember, OpenMember, OpenModel } from './prediction.js';

/**
 * Makes a model ready, each member by the engine that trained it if that is here, else by WebAssembly, whose last bits differ. Throws
 * UserError for a network whose layers are not those of its configuration, and (exit 3) where nothing can compute it.
 */
export async function openModel({ classNames, members }: Model): Promise<OpenModel> {
  const preparations = [...new Map(members.map(({ preparation }) => [keyOf(preparation), preparation]))];
  const widths = preparations.map(([, preparation]) => featureCount(preparation));
  const bytes = widths.reduce((sum, width) => sum + arenaBytes(SLICE_ROWS * width), arenaBytes(SLICE_ROWS));
  const { memory, float32, int32 } = createSharedArena(bytes);
  const labels = int32(SLICE_ROWS);
  const none = new Int32Array();
  const blocks = new Map(
    preparations.map(([key], at): [string, Block] => {
      const width = widths[at] as number;
      return [
        key,
        {
          memory,
          fingerprint: '',
          rowCount: SLICE_ROWS,
          featureCount: width,
          featureNames: [],
          featureColumns: [],
          classNames,
          rareClasses: [],
          features: float32(SLICE_ROWS * width),
          labels,
          split: { train: none, validation: none, test: none },
        },
      ];
    }),
  );
  const opened: OpenMember[] = [];
  const notes = new Set<string>();
  for (const member of members) {
    const block = blocks.get(keyOf(member.preparation)) as Block;
    const { engineId, ...own } = await openMember(member, block);
    if (engineId !== member.trainerId) {
      notes.add(
        `The model was trained by ${member.trainerId}; here ${engineId} computes it, and the last digits may differ.`,
      );
    }
    opened.push({ ...own, member, features: block.features });
  }
  return {
    blockRows: SLICE_ROWS,
    labels,
    members: opened,
    notes: [...notes],
    close: () => {
      for (const member of opened) member.close();
    },
  };
}

async function openMember({ predictor, ...member }: ModelMember, block: Block): Promise<OpenedMember> {
  if (predictor.kind === 'trees') {
    const { openForest } = await import('../trees/predict-forest.js');
    return openForest(predictor, member.trainerId, block);
  }
  const { openNetwork } = await import('../network/predict-network.js');
  return openNetwork(predictor, member, block);
}

function keyOf({ columns }: Preparation): string {
  return JSON.stringify(columns);
}

function featureCount({ columns }: Preparation): number {
  return columns.reduce((sum, column) => sum + featureNames(column).length, 0);
}
