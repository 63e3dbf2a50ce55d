// Which seat is at a point: a grid of cells as wide as seats are apart.

import type { Room } from "../client/layout";

export type Nearest = (x: number, y: number, within: number) => number | null;

export function nearestSeat(room: Room): Nearest {
  const size = room.spacing * 2;
  const cells = new Map<string, number[]>();
  const cellOf = (value: number): number => Math.floor(value / size);
  room.x.forEach((x, seat) => {
    const key = `${cellOf(x)},${cellOf(room.y[seat] ?? 0)}`;
    const cell = cells.get(key);
    if (cell) cell.push(seat);
    else cells.set(key, [seat]);
  });
  return (x, y, within) => {
    let best: number | null = null;
    let closest = within;
    for (let cx = cellOf(x - within); cx <= cellOf(x + within); cx++)
      for (let cy = cellOf(y - within); cy <= cellOf(y + within); cy++)
        for (const seat of cells.get(`${cx},${cy}`) ?? []) {
          const apart = Math.hypot((room.x[seat] ?? 0) - x, (room.y[seat] ?? 0) - y);
          if (apart <= closest) [best, closest] = [seat, apart];
        }
    return best;
  };
}
