import { statSync } from 'node:fs';
import { UserError } from '../../errors.js';
import { fileSink, streamSink } from '../../predict/output/byte-sink.js';
import {
  type PredictionFormat,
  type PredictionLayout,
  type PredictionWriter,
  textWriter,
} from '../../predict/output/prediction-writer.js';
import { explainWrite } from '../pages/export-files.js';

/** Where predictions go, and how they are written. */
interface Output {
  readonly format: PredictionFormat;
  readonly out?: string | undefined;
}

/** The writer that a command asks for; the errors of a file become UserErrors. */
export async function predictionWriter(
  { format, out }: Output,
  layout: PredictionLayout,
): Promise<PredictionWriter> {
  if (out === undefined) return textWriter(streamSink(process.stdout), textFormat(format), layout);
  if (statSync(out, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UserError('this is a folder, but predictions are one file', {
      where: `--out ${out}`,
      fix: 'Name a file.',
    });
  }
  const writer = await explainWrite(out, async () => {
    if (format !== 'parquet') return textWriter(fileSink(out), format, layout);
    return (await import('../../predict/output/parquet-writer.js')).parquetWriter(out, layout);
  });
  return {
    write: (block) => explainWrite(out, () => writer.write(block)),
    finish: () => explainWrite(out, () => writer.finish()),
    abandon: () => writer.abandon(),
  };
}

function textFormat(format: PredictionFormat): 'csv' | 'ndjson' {
  return format === 'ndjson' ? format : 'csv';
}
