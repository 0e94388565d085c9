import { openStore } from '../../src/store/open-store.js';
import { describeCareContract } from './care-contract.js';
import { describeOfferContract } from './offer-contract.js';
import { describeProgramContract } from './program-contract.js';
import { describeShardsContract } from './shards-contract.js';
import { describeStoreContract } from './store-contract.js';

let stores = 0;
const create = () => {
  const place = `contract-${++stores}`;
  return { ...openStore(`memory:${place}`), place, dispose: () => {} };
};

describeStoreContract('a store in memory', create);
describeProgramContract('a store in memory, with programs,', create);
describeOfferContract('a sweep of a store in memory', create);
describeCareContract('a store in memory', create);
describeShardsContract('a store in memory', create);
