import assert from 'node:assert/strict';
import { glob } from 'node:fs/promises';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type DescMethod, type DescService, getOption, hasOption } from '@bufbuild/protobuf';
import { http } from '@doffers/proto/google/api/annotations';
import { credentials, Client as GrpcClient, Metadata, status } from '@grpc/grpc-js';
import {
  accessOf,
  createRpcServer,
  createTokenVerifier,
  type Handlers,
  type MethodAccess,
  methodsOf,
} from './index.ts';
import { pathOf } from './service-definition.ts';
import { makeKey, serviceClaims, sign, userClaims } from './test/keys.ts';
import { recordingLog } from './test/loopback.ts';

/** Every service of the platform, found rather than listed, so that a new one cannot be forgotten. */
async function allServices(): Promise<readonly DescService[]> {
  const root = new URL('../../proto/gen/doffers/', import.meta.url);
  const services: DescService[] = [];
  for await (const file of glob('*/v1/*_pb.ts', { cwd: root })) {
    const module: Record<string, unknown> = await import(pathToFileURL(`${root.pathname}${file}`).href);
    services.push(...Object.values(module).filter(isService));
  }
  return services;
}

function isService(value: unknown): value is DescService {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'service';
}

const services = await allServices();
const methods = methodsOf(services);

test('finds the services of the platform', () => {
  assert.ok(methods.length >= 60, `only ${methods.length} methods`);
});

test('every method states who may call it', () => {
  for (const method of methods) accessOf(method);
});

test('methods for services are not reachable over REST, and all others are', () => {
  for (const method of methods) {
    const overRest = hasOption(method, http) && getOption(method, http).pattern.case !== undefined;
    assert.equal(overRest, accessOf(method).kind !== 'internal', pathOf(method));
  }
});

const user = await makeKey('access-1');
const service = await makeKey('svc-offer');

type CallerName = 'stranger' | 'customer' | 'shopkeeper' | 'admin' | 'admin with a second factor' | 'service';

const bearer = async (token: Promise<string>) => ({ authorization: `Bearer ${await token}` });
const headers: Record<CallerName, Record<string, string>> = {
  stranger: {},
  customer: await bearer(sign(user, userClaims({ roles: ['customer'] }))),
  shopkeeper: await bearer(sign(user, userClaims({ roles: ['shopkeeper'] }))),
  admin: await bearer(sign(user, userClaims({ roles: ['admin'] }))),
  'admin with a second factor': await bearer(sign(user, userClaims({ roles: ['admin'], aal: 2 }))),
  service: { 'x-service-authorization': `Bearer ${await sign(service, serviceClaims())}` },
};

const { OK, UNAUTHENTICATED, PERMISSION_DENIED } = status;

/** The matrix, written down independently of the code that enforces it. */
function expected(access: MethodAccess, caller: CallerName): status {
  if (access.kind === 'public') return OK;
  if (access.kind === 'internal') return caller === 'service' ? OK : PERMISSION_DENIED;
  if (caller === 'stranger') return UNAUTHENTICATED;
  if (caller === 'service') return PERMISSION_DENIED;
  if (caller === 'admin with a second factor') return access.roles.includes('admin') ? OK : PERMISSION_DENIED;
  return access.roles.includes(caller) && access.minAal === 1 ? OK : PERMISSION_DENIED;
}

/** Handlers that answer nothing; what comes before them is under test. */
function silent<S extends DescService>({ methods }: S): Handlers<S> {
  const handlers = methods.map(({ localName, methodKind }) => [
    localName,
    methodKind === 'unary' ? async () => ({}) : async function* () {},
  ]);
  return Object.fromEntries(handlers) as Handlers<S>;
}

/** The status of an empty request; one that got past the access check and failed only validation counts as let in. */
async function ask(channel: GrpcClient, method: DescMethod, caller: CallerName): Promise<status> {
  const metadata = Metadata.fromHttp2Headers(headers[caller]);
  const code = await new Promise<status>((resolve) => {
    const call = channel.makeServerStreamRequest(pathOf(method), Buffer.from, Buffer.from, Buffer.alloc(0), metadata);
    call.on('data', () => undefined).on('error', () => undefined);
    call.on('status', ({ code }) => resolve(code));
  });
  return code === status.INVALID_ARGUMENT ? OK : code;
}

test('every method lets in exactly those whom it states', async () => {
  const tokens = createTokenVerifier({
    self: 'user',
    jwks: { keys: [user.publicJwk] },
    servicesJwks: { keys: [service.publicJwk] },
  });
  const server = createRpcServer({ log: recordingLog().log, tokens, unreadyMs: 0 });
  for (const each of services) server.add(each, silent(each));
  const channel = new GrpcClient(`127.0.0.1:${await server.listen('127.0.0.1', 0)}`, credentials.createInsecure());
  try {
    for (const method of methods) {
      for (const caller of Object.keys(headers) as CallerName[]) {
        const [got, want] = [await ask(channel, method, caller), expected(accessOf(method), caller)];
        assert.equal(status[got], status[want], `${caller} calls ${pathOf(method)}`);
      }
    }
  } finally {
    channel.close();
    await server.drain(0);
  }
});
