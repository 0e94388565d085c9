import type { RenderOptions } from '../../views/render.js';
import type { Contents, Kind, Look } from '../../views/renderer.js';
import { coloursOf } from './colours.js';
import { print, printPainted, terminalWidth } from './print.js';

/** Renders to stdout; tables as wide as the terminal, and in its colours. */
export async function printView<Of extends Kind>(
  kind: Of,
  content: Contents[Of],
  options: RenderOptions<Of>,
): Promise<void> {
  const { render } = await import('../../views/render.js');
  const text = await render(kind, content, { ...terminal(), ...options });
  const isForReaders = options.format === 'table' || options.format === 'md';
  if (isForReaders) printPainted(text);
  else print(text);
}

function terminal(): Look {
  const { bold, green, red, isColorSupported } = coloursOf(process.stdout);
  return {
    width: terminalWidth(),
    paint: isColorSupported ? { bold, better: green, worse: red } : undefined,
  };
}
