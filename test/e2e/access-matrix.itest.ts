import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { create, createFileRegistry, type DescMethod, type DescService, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { createValidator } from '@bufbuild/protovalidate';
import { DomainError } from '@doffers/errors';
import { accessOf, closeChannels, createRpcClient, type RoleName, type ServiceIdentity } from '@doffers/rpc';
import { stackKeys, testServers } from '@doffers/testkit';
import { serviceNames } from '@doffers/topology';

const registry = createFileRegistry(
  fromBinary(
    FileDescriptorSetSchema,
    readFileSync(new URL('../../gateway/descriptors/doffers.binpb', import.meta.url)),
  ),
);

/** Every service of the platform, as the descriptors list them; the fault service is a tool of tests. */
const services = [...registry].filter(
  (type): type is DescService =>
    type.kind === 'service' && serviceNames.some((name) => type.typeName.startsWith(`doffers.${name}.`)),
);

type Caller = 'anonymous' | RoleName | 'service';
const callers: readonly Caller[] = ['anonymous', 'customer', 'shopkeeper', 'admin', 'service'];

/** What access control answers: the reason of its refusal, or `let in`, whatever the method itself then says. */
function expected(method: DescMethod, caller: Caller): string {
  const access = accessOf(method);
  switch (access.kind) {
    case 'public':
      return 'let in';
    case 'internal':
      return caller === 'service' ? 'let in' : 'INTERNAL_ONLY';
    case 'roles':
      if (caller === 'anonymous') return 'TOKEN_MISSING';
      if (caller === 'service' || !access.roles.includes(caller)) return 'ROLE_REQUIRED';
      return access.minAal > 1 ? 'SECOND_FACTOR_REQUIRED' : 'let in';
  }
}

const refusals = new Set(['TOKEN_MISSING', 'ROLE_REQUIRED', 'SECOND_FACTOR_REQUIRED', 'INTERNAL_ONLY']);
const validator = createValidator();

/** An empty request is harmless where it is refused for its content, or where the method only reads. */
function isHarmless(method: DescMethod): boolean {
  return (
    /^(Get|List|Search)/.test(method.name) || validator.validate(method.input, create(method.input)).kind !== 'valid'
  );
}

type AnyCall = (request: object, options: object) => Promise<unknown> | AsyncIterable<unknown>;

describe('access to every method of every service', () => {
  const { stack } = testServers();
  const keys = stackKeys();
  const metadata = new Map<Caller, Record<string, string>>();
  let identity: ServiceIdentity;
  before(async () => {
    identity = await keys.identity('gateway-test');
    for (const caller of callers) {
      const person = caller !== 'anonymous' && caller !== 'service';
      const token = person && (await keys.user({ userId: crypto.randomUUID(), roles: [caller] }));
      metadata.set(caller, token ? { authorization: `Bearer ${token}` } : {});
    }
  });

  after(closeChannels);

  async function answerTo(method: DescMethod, caller: Caller): Promise<string> {
    const target = serviceNames.find((name) => method.parent.typeName.startsWith(`doffers.${name}.`));
    assert.ok(target);
    const address = `127.0.0.1:${stack.services[target].grpcPort}`;
    const client = createRpcClient(method.parent, {
      target,
      address,
      ...(caller === 'service' ? { identity } : {}),
    }) as unknown as Record<string, AnyCall>;
    try {
      const answer = client[method.localName]?.({}, { metadata: metadata.get(caller) });
      if (answer !== undefined && Symbol.asyncIterator in answer) {
        await answer[Symbol.asyncIterator]().next();
      } else await answer;
      return 'let in';
    } catch (error) {
      if (error instanceof DomainError && error.code === 'unimplemented') return 'not served';
      // A client takes INTERNAL_ONLY for a fault of the platform, since its own processes never meet it.
      const reason = error instanceof DomainError ? error.reason : /INTERNAL_ONLY/.exec(String(error))?.[0];
      return reason !== undefined && refusals.has(reason) ? reason : 'let in';
    }
  }

  it('finds the services of the platform in the descriptors', () => assert.ok(services.length >= 10));

  for (const service of services) {
    it(`${service.typeName} lets in whom its options name, and nobody else`, async () => {
      const wanted: Record<string, string> = {};
      const found: Record<string, string> = {};
      for (const method of service.methods) {
        for (const caller of callers) {
          const want = expected(method, caller);
          if (want === 'let in' && !isHarmless(method)) continue;
          wanted[`${method.name} as ${caller}`] = want;
          found[`${method.name} as ${caller}`] = await answerTo(method, caller);
        }
      }
      assert.deepEqual(found, wanted);
    });
  }
});
