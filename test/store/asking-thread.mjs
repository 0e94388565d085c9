// Asks a server for one number after the other, and says how many answers were another's.
import { parentPort, workerData } from 'node:worker_threads';
import { serverAt } from '../../dist/store/postgres/server/ask-server.js';
import { serverAddress } from '../../dist/store/server-address.js';

const server = serverAt(serverAddress(workerData.url));
server.connect();
let wrong = 0;
for (let number = 0; number < workerData.questions; number++) {
  const [row] = server.ask({ text: 'SELECT $1::int', parameters: [number] }).rows;
  if (row?.[0] !== number) wrong++;
}
server.end();
parentPort.postMessage(wrong);
