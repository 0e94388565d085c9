import { writeSync } from 'node:fs';
import { ByteWriter } from 'hyparquet-writer';

const BUFFER_BYTES = 4 * 2 ** 20;

/** Writes what was added to a file as soon as it is a few megabytes. */
export class FileWriter extends ByteWriter {
  constructor(private readonly file: number) {
    super(BUFFER_BYTES);
  }

  override ensure(size: number): void {
    if (this.index + size > BUFFER_BYTES) this.finish();
    super.ensure(size);
  }

  override finish(): void {
    const bytes = this.getBytes();
    for (let at = 0; at < bytes.length; ) at += writeSync(this.file, bytes, at);
    this.index = 0;
  }
}
