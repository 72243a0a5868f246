import type { Metadata } from '@grpc/grpc-js';

/** Every metadata key that the platform's own code reads or writes. */
export const keys = {
  userToken: 'authorization',
  /** The app in people's hands sends its token here. */
  appToken: 'x-access-token',
  serviceToken: 'x-service-authorization',
  requestId: 'x-request-id',
  actorId: 'x-actor-id',
  forwardedFor: 'x-forwarded-for',
  /** Set by the gateway where it stands behind a load balancer that it trusts. */
  externalAddress: 'x-envoy-external-address',
  traceparent: 'traceparent',
  statusDetails: 'grpc-status-details-bin',
  retryAfter: 'retry-after',
  retryPushback: 'grpc-retry-pushback-ms',
  wwwAuthenticate: 'www-authenticate',
  httpStatus: 'x-http-status',
  location: 'location',
} as const;

/** The first value of a text key. */
export function textOf(metadata: Metadata, key: string): string | undefined {
  const value = metadata.get(key)[0];
  return typeof value === 'string' ? value : undefined;
}
