import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { EXIT } from '../../src/errors.js';
import { MAIN, workFolder, writeSweep } from '../reliability/launched-sweep.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const parent = workFolder();
const { spec } = parse(readFileSync(join(ROOT, 'deploy/kubernetes/job.yaml'), 'utf8'));
const pod = spec.template.spec;
const [container] = pod.containers;

/** What Kubernetes does when the container ends with a code; it counts a failure where no rule says otherwise. */
function actionOn(code: number): string {
  const rule = spec.podFailurePolicy.rules.find(
    ({ onExitCodes }: { onExitCodes?: { values: readonly number[] } }) => onExitCodes?.values.includes(code),
  );
  return rule?.action ?? 'Count';
}

describe('deploy/kubernetes/job.yaml', () => {
  test('has a pod for each shard, and the next of one only when the last has ended', () => {
    expect(spec).toMatchObject({
      completionMode: 'Indexed',
      podReplacementPolicy: 'Failed',
      backoffLimitPerIndex: expect.any(Number),
    });
    expect(container.env).toContainEqual({ name: 'SHARDS', value: String(spec.completions) });
    // A failure policy and a limit for each index are refused with any other.
    expect(pod.restartPolicy).toBe('Never');
  });

  test('counts a launch that is to be repeated as no failure, and ends what would fail again', () => {
    expect([EXIT.launchAgain, 143].map(actionOn)).toEqual(['Ignore', 'Ignore']);
    expect(actionOn(EXIT.someRunsFailed)).toBe('FailIndex');
    expect([EXIT.usage, EXIT.backendMissing].map(actionOn)).toEqual(['FailJob', 'FailJob']);
    expect([EXIT.database, EXIT.bug, 137].map(actionOn)).toEqual(['Count', 'Count', 'Count']);
    const rules = JSON.stringify(spec.podFailurePolicy.rules);
    expect(rules).toContain('{"type":"DisruptionTarget","status":"True"}');
    expect(rules).not.toContain('"containerName":"other"');
    expect(spec.podFailurePolicy.rules[0].onExitCodes.containerName).toBe(container.name);
  });

  test('mounts every folder that it uses', () => {
    const mounts = container.volumeMounts.map(({ name }: { name: string }) => name);
    expect(pod.volumes.map(({ name }: { name: string }) => name)).toEqual(mounts);
    const paths = container.volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath);
    expect(paths).toEqual(['/results', '/work']);
  });

  test.skipIf(process.platform === 'win32')('has a command that trains its shards to the whole', () => {
    const folder = writeSweep(parent, 'pods', 100);
    mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
    symlinkSync(MAIN, join(folder, 'node_modules/.bin/focalsweep'));
    symlinkSync(ROOT, join(folder, 'node_modules/focalsweep'));
    mkdirSync(join(folder, 'work'));
    const [shell, flag, script] = container.command;
    const own = script.replace('flows.yaml', 's.yaml').replace('/results', join(folder, 'results'));
    const runPod = (index: number) =>
      spawnSync(shell, [flag, own], {
        cwd: folder,
        encoding: 'utf8',
        env: {
          ...process.env,
          SHARDS: '2',
          JOB_COMPLETION_INDEX: String(index),
          TMPDIR: join(folder, 'work'),
        },
      }).status;
    const focalsweep = (...args: readonly string[]) =>
      spawnSync(process.execPath, [MAIN, ...args], { cwd: folder, encoding: 'utf8' });
    expect([0, 1, 1].map(runPod)).toEqual([0, 0, 0]);
    focalsweep('merge', 'results/shard-1-of-2.db', 'results/shard-2-of-2.db');
    focalsweep('launch', 's.yaml', '--db', 'whole.db');
    const whole = focalsweep('fingerprint', '--db', 'whole.db').stdout;
    expect(whole).toMatch(/^[0-9a-f]{64}/);
    expect(focalsweep('fingerprint').stdout).toBe(whole);
  });
});
