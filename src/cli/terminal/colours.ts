import pc from 'picocolors';

/** Colours for a stream that is a terminal, unless NO_COLOR or a dumb terminal forbids them. */
export function coloursOf(stream: NodeJS.WriteStream): ReturnType<typeof pc.createColors> {
  const { NO_COLOR: none = '', TERM: kind } = process.env;
  return pc.createColors(stream.isTTY === true && none === '' && kind !== 'dumb');
}
