import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DescService } from '@bufbuild/protobuf';
import { DomainError } from '@doffers/errors';
import { createLogger } from '@doffers/process';
import { InboxService } from '@doffers/proto/notification/v1/inbox_service';
import { ShopService } from '@doffers/proto/user/v1/shop_service';
import { type CallContext, createRpcServer, createTokenVerifier, type Handlers, serviceKeyId } from '@doffers/rpc';
import { exportJWK, generateKeyPair } from 'jose';
import { fakeServices } from './fake-services.ts';

export type SeenCall = Pick<CallContext, 'requestId' | 'actorId' | 'caller'> & { readonly method: string };

/** The user and the notification service as a worker process meets them: over gRPC, and particular about who calls. */
export async function startGrpcServices() {
  const keysDir = await mkdtemp(join(tmpdir(), 'worker-keys-'));
  const servicesJwks = await writeWorkerKey(keysDir);
  const fakes = fakeServices();
  const seen: SeenCall[] = [];
  /** A test may hold back the answer to a notice. */
  const hold = { notices: Promise.resolve() };
  const note = (method: string, { requestId, actorId, caller }: CallContext) =>
    void seen.push({ method, requestId, actorId, caller });

  async function serve<S extends DescService>(name: string, service: S, handlers: Partial<Handlers<S>>) {
    const tokens = createTokenVerifier({ self: name, servicesJwks, jwks: { keys: [] } });
    const server = createRpcServer({ tokens, log: createLogger({ name, level: 'error' }), unreadyMs: 0 });
    server.add(service, { ...unimplemented(service), ...handlers });
    const port = await server.listen('127.0.0.1', 0);
    return { address: `127.0.0.1:${port}`, close: () => server.drain(0) };
  }

  const user = await serve('user', ShopService, {
    async getShopAccess(request, context) {
      note('getShopAccess', context);
      return fakes.clients.shops.getShopAccess(request);
    },
  });
  const notification = await serve('notification', InboxService, {
    async sendNotice(request, context) {
      note('sendNotice', context);
      await hold.notices;
      return fakes.clients.inbox.sendNotice(request);
    },
    async withdrawNotice(request, context) {
      note('withdrawNotice', context);
      return fakes.clients.inbox.withdrawNotice(request);
    },
  });
  return {
    ...fakes,
    seen,
    hold,
    environment: { KEYS_DIR: keysDir, USER_ADDRESS: user.address, NOTIFICATION_ADDRESS: notification.address },
    async close() {
      await Promise.all([user.close(), notification.close(), rm(keysDir, { recursive: true })]);
    },
  };
}

async function writeWorkerKey(keysDir: string) {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const about = { kid: serviceKeyId('worker'), alg: 'ES256' };
  const servicesJwks = { keys: [{ ...(await exportJWK(publicKey)), ...about }] };
  const privateJwk = { ...(await exportJWK(privateKey)), ...about };
  await writeFile(join(keysDir, 'svc-worker.private.jwk.json'), JSON.stringify(privateJwk));
  await writeFile(join(keysDir, 'services.jwks.json'), JSON.stringify(servicesJwks));
  return servicesJwks;
}

function unimplemented<S extends DescService>(service: S): Handlers<S> {
  const refuse = async () => {
    throw new DomainError('unimplemented', 'NOT_IN_THIS_TEST', 'no test needs it');
  };
  return Object.fromEntries(service.methods.map(({ localName }) => [localName, refuse])) as unknown as Handlers<S>;
}
