import { contractWhereInstalled } from './tfjs-installed.js';

await contractWhereInstalled('node-gpu');
