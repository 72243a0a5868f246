import { Histogram, type Registry } from 'prom-client';

/** Reports one finished call: its gRPC service, method, status name and how long it took. */
export type ObserveCall = (call: { service: string; method: string; code: string; seconds: number }) => void;

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const help = {
  grpc_server_handling_seconds: 'How long calls took to be served, streams to their end',
  grpc_client_handling_seconds: 'How long calls to other services took, with retries',
} as const;

/** The histogram of calls served or made; a process that has several servers or clients shares one. */
export function createObserveCall(name: keyof typeof help, registry: Registry | undefined): ObserveCall {
  if (registry === undefined) return () => undefined;
  const existing = registry.getSingleMetric(name);
  const histogram =
    existing instanceof Histogram
      ? existing
      : new Histogram({
          name,
          help: help[name],
          labelNames: ['service', 'method', 'code'],
          buckets,
          registers: [registry],
        });
  return ({ service, method, code, seconds }) => histogram.observe({ service, method, code }, seconds);
}
