// The process that trains, which another one watches.
import { keepCompiledCode } from './compile-cache.js';

keepCompiledCode();
const { runTraining } = await import('./supervision/run-training.js');
await runTraining();
