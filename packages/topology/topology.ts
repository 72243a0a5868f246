import { isPortOffset, maxPortOffset, portOffsetStep } from './port-offset.ts';

/** The eight services, in the order of their ports. */
export const serviceNames = ['auth', 'user', 'offer', 'campaign', 'payment', 'notification', 'ai', 'mobile'] as const;
export type ServiceName = (typeof serviceNames)[number];

export type ServicePorts = { readonly grpcPort: number; readonly opsPort: number };
export type WorkerPorts = { readonly ops: number; readonly sdkMetrics: number };

/** Every port that one stack opens. Hosts are not part of it: a native stack is on the loopback, compose uses names. */
export type Topology = {
  readonly offset: number;
  readonly services: Readonly<Record<ServiceName, ServicePorts>>;
  readonly workers: { readonly workflow: WorkerPorts; readonly activity: WorkerPorts };
  readonly gateway: { readonly http: number; readonly tls: number; readonly admin: number };
  readonly temporal: { readonly grpc: number; readonly ui: number; readonly http: number; readonly metrics: number };
  readonly mariadb: { readonly port: number };
  readonly redis: { readonly port: number };
  /** SeaweedFS; its gRPC ports are explicit because by default it opens port + 10000, where other stacks live. */
  readonly s3: {
    readonly port: number;
    readonly grpcPort: number;
    readonly master: number;
    readonly masterGrpc: number;
    readonly volume: number;
    readonly volumeGrpc: number;
    readonly filer: number;
    readonly filerGrpc: number;
  };
  readonly sandbox: { readonly http: number; readonly tls: number };
};

/**
 * The one list of processes and ports; nothing else in the platform knows a port number.
 * @throws RangeError for an offset on which two stacks could collide.
 */
export function topology(offset = 0): Topology {
  if (!isPortOffset(offset)) {
    throw new RangeError(`a port offset is a multiple of ${portOffsetStep} from 0 to ${maxPortOffset}`);
  }
  const port = (base: number) => base + offset;
  return {
    offset,
    services: {
      auth: { grpcPort: port(50051), opsPort: port(9451) },
      user: { grpcPort: port(50052), opsPort: port(9452) },
      offer: { grpcPort: port(50053), opsPort: port(9453) },
      campaign: { grpcPort: port(50054), opsPort: port(9454) },
      payment: { grpcPort: port(50055), opsPort: port(9455) },
      notification: { grpcPort: port(50056), opsPort: port(9456) },
      ai: { grpcPort: port(50057), opsPort: port(9457) },
      mobile: { grpcPort: port(50058), opsPort: port(9458) },
    },
    workers: {
      workflow: { ops: port(9464), sdkMetrics: port(9466) },
      activity: { ops: port(9465), sdkMetrics: port(9467) },
    },
    gateway: { http: port(3000), tls: port(3443), admin: port(9901) },
    temporal: { grpc: port(7233), ui: port(8233), http: port(7243), metrics: port(7253) },
    mariadb: { port: port(13306) },
    redis: { port: port(16379) },
    s3: {
      port: port(18333),
      grpcPort: port(18433),
      master: port(19333),
      masterGrpc: port(19433),
      volume: port(18080),
      volumeGrpc: port(18180),
      filer: port(18888),
      filerGrpc: port(18988),
    },
    sandbox: { http: port(9500), tls: port(9543) },
  };
}

/** Every port of a stack by its path, such as `services.auth.grpcPort`: for checks that nothing listens there yet. */
export function portsOf(stack: Topology): Record<string, number> {
  const { offset: _offset, ...processes } = stack;
  const ports: Record<string, number> = {};
  collect(processes, '', ports);
  return ports;
}

type PortTree = { readonly [name: string]: number | PortTree };

function collect(tree: PortTree, prefix: string, into: Record<string, number>): void {
  for (const [name, value] of Object.entries(tree)) {
    if (typeof value === 'number') into[prefix + name] = value;
    else collect(value, `${prefix}${name}.`, into);
  }
}
