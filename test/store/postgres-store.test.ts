import { openStore } from '../../src/store/open-store.js';
import { describeCareContract } from './care-contract.js';
import { describeOfferContract } from './offer-contract.js';
import { describeServer } from './postgres-server.js';
import { describeProgramContract } from './program-contract.js';
import { describeStoreContract } from './store-contract.js';

describeServer('PostgreSQL', (server) => {
  const create = () => {
    const url = server.freshUrl();
    const pass = (durationMs: number) => server.pass(url, durationMs);
    return { ...openStore(url), place: url, dispose: () => {}, pass };
  };
  describeStoreContract('PostgreSQL store', create);
  describeProgramContract('PostgreSQL store with programs', create);
  describeOfferContract('a sweep of a PostgreSQL store', create);
  describeCareContract('PostgreSQL store', create);
});
