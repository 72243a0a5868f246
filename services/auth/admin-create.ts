// Makes an administrator: node services/auth/admin-create.ts --phone 9999999999 [--second-factor] [--code 123456]
import { parseArgs } from 'node:util';
import { createDatabase, migrate, newId } from '@doffers/database';
import { DomainError } from '@doffers/errors';
import { parseConfig } from '@doffers/process';
import { config } from './config.ts';
import { createAuthStore } from './repositories/auth-store.ts';
import { tables } from './repositories/tables.ts';
import { fieldCipher } from './secrets.ts';
import { createAdmin } from './usecases/create-admin.ts';
import { confirmTotp, enrollTotp } from './usecases/second-factor.ts';

const { phone, code, secondFactor } = readArguments();
const environment = parseConfig(config);
const { DATABASE_URL: url, DATABASE_MIGRATION_URL: migrationUrl } = environment;
const db = createDatabase({ ...tables, url, migrationUrl, poolSize: 1 });
await db.initialize().catch((error: unknown) => {
  process.stderr.write(`the database does not answer (${String(error)}): start the platform first, npm start\n`);
  process.exit(1);
});
try {
  await migrate(db);
  const deps = { store: createAuthStore(db, fieldCipher(environment)), newId, now: () => new Date() };
  const { account, created } = await createAdmin(deps, phone);
  if (code !== undefined) await confirm(deps, account.id, code);
  else {
    const how = created ? 'a new account' : 'the account that exists';
    say(`${account.id} is an administrator now (${how}). Log in with a one-time code to this number.`);
    if (secondFactor || environment.DOFFERS_MODE === 'production') await enroll(deps, account.id);
  }
} catch (error) {
  if (!(error instanceof DomainError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  await db.destroy();
}

/** Whoever may run this command may also replace an app that was lost. */
async function enroll(deps: Parameters<typeof enrollTotp>[0], userId: string): Promise<void> {
  const { secret, uri } = await enrollTotp(deps, { userId, aal: 2 });
  say(`Add this to an authenticator app: ${secret}\n  ${uri}`);
  say('Then run this command again with --code and what the app shows. In production no login works before that.');
}

async function confirm(deps: Parameters<typeof confirmTotp>[0], userId: string, shown: string): Promise<void> {
  const origin = { clientAddress: '', userAgent: 'admin:create' };
  const recoveryCodes = await confirmTotp(deps, { userId, code: shown, origin });
  say(
    `The authenticator app works. Keep these codes on paper; each replaces the app once:\n  ${recoveryCodes.join('\n  ')}`,
  );
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function readArguments() {
  const { values } = parseArgs({
    options: {
      phone: { type: 'string' },
      code: { type: 'string' },
      'second-factor': { type: 'boolean', default: false },
    },
  });
  if (values.phone !== undefined) {
    return { phone: values.phone, code: values.code, secondFactor: values['second-factor'] };
  }
  process.stderr.write('usage: npm run admin:create -- --phone 9999999999 [--second-factor] [--code 123456]\n');
  process.exit(2);
}
