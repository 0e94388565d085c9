import { describe, test } from 'vitest';
import { openStore } from '../../src/store/open-store.js';
import { describeCareContract } from './care-contract.js';
import { describeOfferContract } from './offer-contract.js';
import { NO_SERVER, startServer } from './postgres-server.js';
import { describeProgramContract } from './program-contract.js';
import { describeStoreContract } from './store-contract.js';

const reason = NO_SERVER;
if (reason !== undefined) {
  describe('PostgreSQL store', () => test.skip(reason, () => {}));
} else {
  const server = startServer();
  const create = () => {
    const url = server.freshUrl();
    return {
      ...openStore(url),
      place: url,
      dispose: () => {},
      pass: (durationMs: number) => server.pass(url, durationMs),
    };
  };
  describeStoreContract('PostgreSQL store', create);
  describeProgramContract('PostgreSQL store with programs', create);
  describeOfferContract('a sweep of a PostgreSQL store', create);
  describeCareContract('PostgreSQL store', create);
}
