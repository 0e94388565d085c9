// Merges a sweep and deletes it again until it is killed; a process of its own for the test of crashes.
import { openStore } from '../../dist/store/open-store.js';

process.once('message', async ({ path, from, sweep }) => {
  const keeper = await openStore(path).keeper();
  for (;;) {
    await keeper.merge({ from, sweeps: [sweep] });
    process.send('merged');
    await keeper.deleteSweep(sweep);
    process.send('deleted');
  }
});
