import type { DescService } from '@bufbuild/protobuf';
import { createLogger } from '@doffers/process';
import { type Client, createRpcClient, createRpcServer, createTokenVerifier, type Handlers } from '@doffers/rpc';
import { type TestTokens, testTokens, type UserClaims } from './tokens.ts';

/** Adds a service to the server under test. */
export type Serve = <S extends DescService>(service: S, handlers: Handlers<S>) => void;

export type TestServer = {
  readonly address: string;
  readonly tokens: TestTokens;
  /** A client that is another process of the platform (by default `gateway-test`), for internal methods too. */
  service<S extends DescService>(service: S, caller?: string): Client<S>;
  /** A client with a person's access token, as a call through the gateway arrives. */
  user<S extends DescService>(service: S, claims: UserClaims): Promise<Client<S>>;
  /** A client without any token. */
  anonymous<S extends DescService>(service: S): Client<S>;
  stop(): Promise<void>;
};

/**
 * Serves handlers over real gRPC on a free port of this process, with every check of the real server and keys of its
 * own: `startTestServer('offer', (serve) => serve(OfferService, handlers))`.
 */
export async function startTestServer(
  name: string,
  build: (serve: Serve) => void,
  tokens?: TestTokens,
): Promise<TestServer> {
  const keys = tokens ?? (await testTokens());
  const { jwks, servicesJwks } = keys;
  const server = createRpcServer({
    log: createLogger({ name, level: 'error' }),
    tokens: createTokenVerifier({ self: name, jwks, servicesJwks }),
    unreadyMs: 0,
  });
  build((service, handlers) => server.add(service, handlers));
  const address = `127.0.0.1:${await server.listen('127.0.0.1', 0)}`;
  const target = { target: name, address };
  return {
    address,
    tokens: keys,
    service: (service, caller = 'gateway-test') =>
      createRpcClient(service, { ...target, identity: keys.identity(caller) }),
    user: async (service, claims) => {
      const authorization = `Bearer ${await keys.user(claims)}`;
      return withMetadata(createRpcClient(service, target), { authorization });
    },
    anonymous: (service) => createRpcClient(service, target),
    stop: () => server.drain(1_000),
  };
}

type Call = (request: object, options?: { metadata?: Record<string, string> }) => unknown;

function withMetadata<S extends DescService>(client: Client<S>, metadata: Record<string, string>): Client<S> {
  const calls = Object.entries(client as Record<string, Call>).map(([method, call]): [string, Call] => [
    method,
    (request, options = {}) => call(request, { ...options, metadata: { ...metadata, ...options.metadata } }),
  ]);
  return Object.fromEntries(calls) as unknown as Client<S>;
}
