/** Schema 4: the program and machine that launched a sweep, for people who repeat it. */
export const environment = `
ALTER TABLE launches ADD COLUMN environment TEXT;`;
