import { portOffset, topology } from '@doffers/topology';

/** Where tests find the real servers: a stack at `DOFFERS_PORT_OFFSET`, by default 2000, beside a developer's own. */
export function testServers() {
  const stack = topology(portOffset(process.env.DOFFERS_PORT_OFFSET || '2000'));
  return {
    stack,
    mariadbUrl: `mysql://root@127.0.0.1:${stack.mariadb.port}`,
    redisUrl: `redis://127.0.0.1:${stack.redis.port}`,
    temporalAddress: `127.0.0.1:${stack.temporal.grpc}`,
    temporalNamespace: 'doffers',
    s3: {
      endpoint: `http://127.0.0.1:${stack.s3.port}`,
      region: 'us-east-1',
      accessKeyId: 'sandbox-s3-access',
      secretAccessKey: 'sandbox-s3-secret',
    },
    gatewayUrl: `http://127.0.0.1:${stack.gateway.http}`,
    sandboxUrl: `http://127.0.0.1:${stack.sandbox.http}`,
  };
}
