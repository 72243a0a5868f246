import type { DescService } from '@bufbuild/protobuf';
import type { Server } from '@grpc/grpc-js';
import { HealthImplementation, type ServingStatus } from 'grpc-health-check';

export type Health = { setAll(status: ServingStatus): void };

/** Serves grpc.health.v1 for the whole server (the empty name) and for each service. */
export function addHealth(server: Server, services: readonly DescService[]): Health {
  const names = ['', ...services.map(({ typeName }) => typeName)];
  const health = new HealthImplementation(Object.fromEntries(names.map((name) => [name, 'SERVING' as const])));
  health.addToServer(server);
  return { setAll: (status) => names.forEach((name) => health.setStatus(name, status)) };
}
