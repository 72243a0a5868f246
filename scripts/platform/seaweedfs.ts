import { globSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sandboxDefaults } from '@doffers/process';
import { toolPath } from '../setup/tools.ts';
import { root, type Stack } from '../stack/stack.ts';
import { httpProbe } from '../supervisor/probes.ts';
import type { ProcessDefinition } from '../supervisor/process-definition.ts';
import { serverEnvironment } from './process-environment.ts';

/** SeaweedFS as S3: master, volume, filer and S3 gateway in one process. */
export function seaweedfs(stack: Stack, env: NodeJS.ProcessEnv): ProcessDefinition {
  const dataDir = join(stack.runDir, 'seaweedfs');
  const configFile = join(stack.runDir, 'seaweedfs-s3.json');
  const { port, grpcPort, ...inner } = stack.ports.s3;
  const options = {
    ip: '127.0.0.1',
    'ip.bind': '127.0.0.1',
    dir: dataDir,
    'master.port': inner.master,
    'master.port.grpc': inner.masterGrpc,
    // Without this a master that finds its old state waits 15 s for peers that do not exist.
    'master.peers': 'none',
    'master.telemetry': false,
    'master.volumeSizeLimitMB': 256,
    'volume.port': inner.volume,
    'volume.port.grpc': inner.volumeGrpc,
    'volume.max': 100,
    'volume.preStopSeconds': 0,
    filer: true,
    'filer.port': inner.filer,
    'filer.port.grpc': inner.filerGrpc,
    'filer.localSocket': join('/tmp', `seaweedfs-filer-${inner.filer}.sock`),
    s3: true,
    's3.port': port,
    's3.port.grpc': grpcPort,
    // Both would listen on fixed ports that stacks side by side cannot share.
    's3.port.iceberg': 0,
    's3.port.lance': 0,
    's3.localSocket': join('/tmp', `seaweedfs-s3-${port}.sock`),
    's3.config': configFile,
  };
  return {
    name: 's3',
    command: toolPath('weed'),
    args: ['-logtostderr=true', 'server', ...Object.entries(options).map(([name, value]) => `-${name}=${value}`)],
    env: serverEnvironment(env),
    cwd: root,
    ports: Object.fromEntries(Object.entries(stack.ports.s3).map(([name, value]) => [`s3.${name}`, value])),
    after: [],
    ready: httpProbe(port, '/healthz'),
    // Its volumes are closed within milliseconds; after that its filer never ends by itself.
    stopGraceMs: 1_500,
    async prepare() {
      await mkdir(dataDir, { recursive: true, mode: 0o700 });
      await writeFile(configFile, JSON.stringify(s3Identities(env, stack.offset), undefined, 2), { mode: 0o600 });
    },
    // It names some of these sockets itself, by port, and being killed in the end it leaves them.
    cleanUp: async () => {
      const sockets = Object.values(stack.ports.s3).flatMap((number) => globSync(`/tmp/seaweedfs-*-${number}.sock`));
      await Promise.all(sockets.map((socket) => rm(socket, { force: true })));
    },
  };
}

/** One account, which may do everything in its own buckets; nobody else may do anything. */
export function s3Identities(env: NodeJS.ProcessEnv, offset: number): object {
  const defaults = env.DOFFERS_MODE === 'production' ? {} : sandboxDefaults(offset);
  const accessKey = env.S3_ACCESS_KEY_ID || defaults.S3_ACCESS_KEY_ID;
  const secretKey = env.S3_SECRET_ACCESS_KEY || defaults.S3_SECRET_ACCESS_KEY;
  return {
    identities: [
      {
        name: 'doffers',
        credentials: [{ accessKey, secretKey }],
        actions: ['Admin', 'Read', 'Write', 'List', 'Tagging'],
      },
    ],
  };
}
