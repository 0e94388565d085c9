// Preloaded with --import: puts an engine in the native one's place whose runs go wrong by their γ. Worker threads load it too.
import { register } from 'node:module';

const engine = new URL('./faulty-native.mjs', import.meta.url).href;
const hook = `
export async function resolve(specifier, context, next) {
  const ours = specifier.endsWith('native/native-engine.js') && !context.parentURL?.endsWith('faulty-native.mjs');
  return ours ? { url: ${JSON.stringify(engine)}, shortCircuit: true } : next(specifier, context);
}`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);
