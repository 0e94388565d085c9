import { isUtf8 } from 'node:buffer';
import { UserError } from '../../../errors.js';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** Lines are kept whole, so one without an end must not fill the memory. */
const LONGEST_LINE_BYTES = 16 * 2 ** 20;
const BYTE_ORDER_MARKS = [
  { name: 'UTF-16', bytes: [0xff, 0xfe] },
  { name: 'UTF-16', bytes: [0xfe, 0xff] },
  { name: 'UTF-32', bytes: [0x00, 0x00, 0xfe, 0xff] },
] as const;
const UTF8_MARK = [0xef, 0xbb, 0xbf];

/** The same bytes in whole lines, without a byte order mark; refuses what is not UTF-8 text, with the line. */
export async function* checkedText(bytes: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Buffer> {
  let line = 1;
  let isStart = true;
  let kept: Buffer[] = [];
  let keptBytes = 0;
  const check = (text: Buffer): Buffer => {
    requireText(text, file, line);
    line += countLineEnds(text);
    return text;
  };
  for await (const raw of bytes) {
    const chunk = isStart ? withoutMark(Buffer.from(raw), file) : Buffer.from(raw);
    isStart = false;
    const end = lastLineEnd(chunk);
    if (end === 0) {
      kept.push(chunk);
      keptBytes += chunk.length;
      if (keptBytes > LONGEST_LINE_BYTES) {
        throw new UserError(`the line is longer than ${LONGEST_LINE_BYTES / 2 ** 20} MiB`, {
          where: `${file}:${line}`,
          fix: 'Check that this is a table of lines.',
        });
      }
      continue;
    }
    keptBytes = chunk.length - end;
    const whole = kept.length > 0 ? Buffer.concat([...kept, chunk.subarray(0, end)]) : chunk.subarray(0, end);
    kept = [chunk.subarray(end)];
    yield check(whole);
  }
  const last = Buffer.concat(kept);
  if (last.length > 0) yield check(last);
}

function withoutMark(chunk: Buffer, file: string): Buffer {
  const starts = (mark: readonly number[]) => mark.every((byte, at) => chunk[at] === byte);
  for (const { name, bytes } of BYTE_ORDER_MARKS) {
    if (starts(bytes)) throw wrongEncoding(`the file is encoded as ${name}`, file);
  }
  return starts(UTF8_MARK) ? chunk.subarray(UTF8_MARK.length) : chunk;
}

/** The end of the last line that is certainly whole; 0 if there is none. A CR at the very end may be half of a CRLF. */
function lastLineEnd(chunk: Buffer): number {
  const end = chunk.lastIndexOf(LINE_FEED) + 1;
  return end > 0 ? end : chunk.subarray(0, -1).lastIndexOf(CARRIAGE_RETURN) + 1;
}

/** LF, CRLF and CR each end a line. */
export function countLineEnds(text: Buffer): number {
  let ends = 0;
  for (let at = text.indexOf(LINE_FEED); at >= 0; at = text.indexOf(LINE_FEED, at + 1)) ends++;
  for (let at = text.indexOf(CARRIAGE_RETURN); at >= 0; at = text.indexOf(CARRIAGE_RETURN, at + 1)) {
    if (text[at + 1] !== LINE_FEED) ends++;
  }
  return ends;
}

function requireText(text: Buffer, file: string, firstLine: number): void {
  const hasNul = text.includes(0);
  if (!hasNul && isUtf8(text)) return;
  let line = firstLine;
  let from = 0;
  while (from < text.length) {
    const end = lineEnd(text, from);
    const one = text.subarray(from, end);
    if (one.includes(0)) throw wrongEncoding('a NUL byte: this is not UTF-8 text', `${file}:${line}`);
    if (!isUtf8(one)) throw wrongEncoding('this line is not valid UTF-8', `${file}:${line}`);
    from = end;
    line++;
  }
}

function lineEnd(text: Buffer, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === LINE_FEED) return at + 1;
    if (text[at] === CARRIAGE_RETURN) return text[at + 1] === LINE_FEED ? at + 2 : at + 1;
  }
  return text.length;
}

function wrongEncoding(what: string, where: string): UserError {
  return new UserError(what, { where, fix: 'Save the file as UTF-8, for example with `iconv -t UTF-8`.' });
}
