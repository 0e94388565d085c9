import type { Engine, LaneProgram } from '../engine.js';
import { weightCount } from '../layers.js';
import { type Backend, loadBackend } from './backend.js';
import { type GroupContext, LaneGroup } from './lane-group.js';

/** Number of lanes worth training together if they share tensors. */
const LANES_TOGETHER = 16;
/**
 * Rows per lane are a multiple of this if lanes share tensors. libtensorflow computes exp and tanh differently for elements
 * that do not fill a vector register; with whole registers per lane, no lane's bits depend on its position.
 */
const VECTOR_ROWS = 16;

/** The reference engine: training as TensorFlow.js operations, on a loaded backend. */
export function tfjsEngine({ name, lanesTogether }: Backend): Engine {
  return {
    id: `tfjs/${name}@2`,
    defaultLanes: lanesTogether ? LANES_TOGETHER : 1,
    async start(dataset, shape, lanes, initial) {
      // TensorFlow.js has one current backend per thread, and another engine may have changed it.
      await loadBackend(name);
      const context = { dataset, shape, rowMultiple: lanesTogether ? VECTOR_ROWS : 1 };
      const parts = lanesTogether ? [lanes] : lanes.map((lane) => [lane]);
      let from = 0;
      const groups = parts.map((part) => {
        const group = new LaneGroup(context, part, initial.slice(from, from + part.length));
        from += part.length;
        return group;
      });
      return programOf(groups, context);
    },
  };
}

/** Maps a program's lanes onto groups, in order. */
function programOf(initialGroups: readonly LaneGroup[], { shape }: GroupContext): LaneProgram {
  let groups = initialGroups;
  const place = (lane: number): { readonly group: LaneGroup; readonly row: number } => {
    let row = lane;
    for (const group of groups) {
      if (row < group.laneCount) return { group, row };
      row -= group.laneCount;
    }
    throw new RangeError(`there is no lane ${lane}`);
  };
  const state = async (lane: number): Promise<Float32Array> => {
    const { group, row } = place(lane);
    return group.state(row);
  };
  const setState = async (lane: number, values: Float32Array): Promise<void> => {
    const { group, row } = place(lane);
    group.setState(row, values);
  };
  return {
    async train(batches, first, count) {
      const sums = [];
      let from = 0;
      for (const group of groups) {
        sums.push(...(await group.train(batches.slice(from, from + group.laneCount), first, count)));
        from += group.laneCount;
      }
      return sums;
    },
    async evaluate(lane, rows) {
      const { group, row } = place(lane);
      return group.evaluate(row, rows);
    },
    async predict(lane, rows) {
      const { group, row } = place(lane);
      return group.predict(row, rows);
    },
    async weights(lane) {
      return (await state(lane)).slice(0, weightCount(shape));
    },
    setWeights: setState,
    state,
    setState,
    async keep(lanes) {
      const kept = new Map<LaneGroup, number[]>(groups.map((group) => [group, []]));
      for (const lane of lanes) {
        const { group, row } = place(lane);
        kept.get(group)?.push(row);
      }
      for (const [group, rows] of kept) {
        if (rows.length === 0) group.dispose();
        else if (rows.length < group.laneCount) group.keep(rows);
      }
      groups = groups.filter((group) => kept.get(group)?.length);
    },
    dispose() {
      for (const group of groups) group.dispose();
      groups = [];
    },
  };
}
