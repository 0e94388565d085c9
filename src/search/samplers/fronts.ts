/** What a configuration reaches in some objectives, larger is better; −∞ where it has no score. */
export type Objectives = readonly number[];

/** Whether the first is worse in no objective and better in one. */
function dominates(a: Objectives, b: Objectives): boolean {
  return a.every((own, at) => own >= (b[at] as number)) && a.some((own, at) => own > (b[at] as number));
}

/**
 * All by place, the best first, as NSGA-II orders them (Deb et al. 2002): front by front, and in a front those first that have most room
 * around them. What is equal keeps its order.
 */
export function byFronts(all: readonly Objectives[]): readonly number[] {
  const fronts: number[] = [];
  let rest = all.map((_, at) => at);
  while (rest.length > 0) {
    const front = rest.filter((at) =>
      rest.every((other) => !dominates(all[other] as Objectives, all[at] as Objectives)),
    );
    const room = roomAround(front.map((at) => all[at] as Objectives));
    const order = front.map((at, place) => ({ at, room: room[place] as number }));
    fronts.push(...order.toSorted((a, b) => (a.room === b.room ? 0 : b.room - a.room)).map(({ at }) => at));
    rest = rest.filter((at) => !front.includes(at));
  }
  return fronts;
}

/** The crowding distance of each: the sum over the objectives of the gap between its neighbours, as shares of the front's width. */
function roomAround(front: readonly Objectives[]): readonly number[] {
  const room = front.map(() => 0);
  for (let objective = 0; objective < (front[0]?.length ?? 0); objective++) {
    const value = (at: number): number => front[at]?.[objective] as number;
    const order = front
      .map((_, at) => at)
      .toSorted((a, b) => (value(a) === value(b) ? 0 : value(a) - value(b)));
    const width = value(order.at(-1) as number) - value(order[0] as number);
    order.forEach((at, place) => {
      const [before, after] = [order[place - 1], order[place + 1]];
      if (before === undefined || after === undefined) room[at] = Number.POSITIVE_INFINITY;
      else if (width > 0) room[at] = (room[at] as number) + (value(after) - value(before)) / width;
    });
  }
  return room;
}
