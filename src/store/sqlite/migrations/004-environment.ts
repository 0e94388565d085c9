/** Schema 4: what a sweep was launched with and on, for whoever repeats it. */
export const environment = `
ALTER TABLE launches ADD COLUMN environment TEXT;`;
