// A proxy in a thread of its own, in front of the server on the port or socket `workerData`: tells its own port, and answers each message once
// nothing comes through the connections that were there.
import { parentPort, workerData } from 'node:worker_threads';
import { faultyProxy } from '../endurance/faulty-proxy.mjs';

const proxy = await faultyProxy(() => workerData);
parentPort.on('message', () => {
  proxy.hush();
  parentPort.postMessage('hushed');
});
parentPort.postMessage(proxy.port);
