/** Schema 16: each epoch of a run without a result has a CRC-32 of its row, since rungs are decided by it. */
export const epochChecksums = 'ALTER TABLE live_epochs ADD COLUMN crc INTEGER;';
