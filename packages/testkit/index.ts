export { type FixedClock, fixedClock } from './clock.ts';
export { createTestDatabase, type TestDatabase } from './database.ts';
export { eventually } from './eventually.ts';
export { testRedis } from './redis.ts';
export { type RestClient, type RestResponse, restClient } from './rest-client.ts';
export { type Serve, startTestServer, type TestServer } from './rpc-server.ts';
export {
  type ReceivedWebhook,
  startTestSandbox,
  startWebhookReceiver,
  type TestSandbox,
  type WebhookReceiver,
} from './sandbox.ts';
export { type SandboxProcess, startSandboxProcess } from './sandbox-process.ts';
export { testServers } from './servers.ts';
export { type StackKeys, stackKeys } from './stack-keys.ts';
export { type TcpProxy, tcpProxy } from './tcp-proxy.ts';
export { type TestTokens, testTokens } from './tokens.ts';
