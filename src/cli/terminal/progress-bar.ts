import { type Bar, Presets, SingleBar } from 'cli-progress';
import type { EpochWord } from '../../knobs/epoch-word.js';
import type { Metric } from '../../metric.js';
import { terminalWidth } from './print.js';

const SAVE_PLACE = '\u001b7';
const GO_BACK = '\u001b8';

const USUAL_WIDTH = 80;
const WIDEST_BAR = 24;
const NARROWEST_BAR = 4;

/** A bar on stderr that fits its terminal and says what it counts. */
export function createBar({ name }: Metric, runs: number, word: EpochWord): Bar {
  const columns = terminalWidth(process.stderr) ?? USUAL_WIDTH;
  const { format, barsize } = barFormat(name, runs, columns, word);
  return new SingleBar(
    {
      format,
      barsize,
      hideCursor: true,
      clearOnComplete: true,
      forceRedraw: true,
      fps: 8,
      stream: withoutPlaces(process.stderr),
    },
    Presets.shades_classic,
  );
}

/** The bar's text, as much of it as the terminal has room for. */
export function barFormat(
  metric: string,
  runs: number,
  columns: number,
  word: EpochWord = 'epoch',
): { readonly format: string; readonly barsize: number } {
  const count = [' {value}/{total} runs', ` ${runs}/${runs} runs`] as const;
  const rate = [` · {rate} ${word}s/s`, ` · 99999 ${word}s/s`] as const;
  const left = [' · {left} left', ' · 99 min left'] as const;
  const best = [` · best ${metric} of one seed {best}`, ` · best ${metric} of one seed 0.000`] as const;
  const choices = [[count, rate, left, best], [count, left, best], [count, best], [count]];
  const room = (parts: readonly (readonly [string, string])[]): number =>
    columns - 1 - parts.reduce((sum, [, longest]) => sum + longest.length, 0);
  const parts = choices.find((choice) => room(choice) >= NARROWEST_BAR) ?? [count];
  return {
    format: `{bar}${parts.map(([part]) => part).join('')}`,
    barsize: Math.max(1, Math.min(WIDEST_BAR, room(parts))),
  };
}

/** The library saves and restores the cursor's place, which is another line once something was written above the bar. */
function withoutPlaces(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = (text: string): boolean => text === SAVE_PLACE || text === GO_BACK || stream.write(text);
  return new Proxy(stream, { get: (target, key) => (key === 'write' ? write : Reflect.get(target, key)) });
}
