import { join } from 'node:path';
import { serviceNames } from '@doffers/topology';
import { envoyArguments } from '../../gateway/envoy-binary.ts';
import { runCommand } from '../console/run-command.ts';
import { toolPath } from '../setup/tools.ts';
import { root, type Stack } from '../stack/stack.ts';
import { httpProbe } from '../supervisor/probes.ts';
import type { ProcessDefinition } from '../supervisor/process-definition.ts';
import { processEnvironment, serverEnvironment } from './process-environment.ts';

/** Envoy, with a configuration that is rendered anew at each start. */
export function envoy(stack: Stack, env: NodeJS.ProcessEnv): ProcessDefinition {
  const configFile = join(stack.runDir, 'envoy.yaml');
  const { http, tls, admin } = stack.ports.gateway;
  return {
    name: 'gateway',
    command: toolPath('envoy'),
    args: [...envoyArguments(configFile), '--concurrency', '1'],
    env: serverEnvironment(env),
    cwd: root,
    ports: { 'gateway.http': http, 'gateway.tls': tls, 'gateway.admin': admin },
    after: [...serviceNames],
    ready: httpProbe(admin, '/ready'),
    stopGraceMs: 10_000,
    prepare: () => render(configFile, stack, env),
  };
}

async function render(configFile: string, stack: Stack, env: NodeJS.ProcessEnv): Promise<void> {
  const args = ['gateway/render.ts', '--offset', `${stack.offset}`, '--run-dir', stack.runDir, '--out', configFile];
  const options = { cwd: root, env: processEnvironment(env, stack), timeoutMs: 30_000 };
  const { code, output } = await runCommand(process.execPath, args, options);
  if (code !== 0) throw new Error(`the gateway's configuration could not be rendered: ${output.trim().slice(-500)}`);
}
