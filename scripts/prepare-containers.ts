import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readGatewayFiles, renderGateway } from '../gateway/render.ts';
import { composeSettings } from '../gateway/settings.ts';
import { runMain } from './console/run-main.ts';
import { databaseUrlsOf } from './platform/process-environment.ts';
import { s3Identities } from './platform/seaweedfs.ts';
import { databaseUsersSql } from './platform/sql-users.ts';
import { certificates } from './setup/certificates.ts';
import { signingKeys } from './setup/keys.ts';
import { root, stackAt } from './stack/stack.ts';

/**
 * The set-up of a compose project, run once before everything else: keys, the gateway's configuration, the databases'
 * users and the account of the object storage, each in the volume of the container that reads it.
 */
await runMain(async () => {
  const target = process.env.DOFFERS_CONFIG_DIR ?? '/etc/doffers';
  const stack = stackAt(0, join(target, 'keys'));
  for (const step of [signingKeys(stack), certificates(stack)]) if (!(await step.isDone())) await step.run();

  for (const part of ['descriptors', 'openapi.json', 'docs.html']) {
    await cp(join(root, 'gateway', part), join(target, 'gateway', part), { recursive: true });
  }
  const settings = composeSettings(process.env);
  await writeFile(join(target, 'gateway/envoy.yaml'), renderGateway({ ...(await readGatewayFiles()), settings }));

  const users = databaseUsersSql(databaseUrlsOf(process.env, stack), '%');
  await write(join(target, 'mariadb'), 'users.sql', users.map((statement) => `${statement};\n`).join(''));
  await write(join(target, 's3'), 's3.json', JSON.stringify(s3Identities(process.env, 0), undefined, 2));
});

/** Readable for the server that the file is for, which runs as another user; its volume is mounted nowhere else. */
async function write(dir: string, file: string, content: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, file), content, { mode: 0o644 });
}
