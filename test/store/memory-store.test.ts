import { openStore } from '../../src/store/open-store.js';
import { describeStoreContract } from './store-contract.js';

let stores = 0;

describeStoreContract('a store in memory', () => {
  const store = openStore(`memory:contract-${++stores}`);
  return { ...store, dispose: () => {} };
});
