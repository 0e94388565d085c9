export type * from '../spec/data-spec.js';
