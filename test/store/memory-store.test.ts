import { openStore } from '../../src/store/open-store.js';
import { describeProgramContract } from './program-contract.js';
import { describeStoreContract } from './store-contract.js';

let stores = 0;
const create = () => ({ ...openStore(`memory:contract-${++stores}`), dispose: () => {} });

describeStoreContract('a store in memory', create);
describeProgramContract('a store in memory, with programs,', create);
