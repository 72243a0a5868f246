import type { DescService } from '@bufbuild/protobuf';
import type { CommonConfig } from '@doffers/process';
import { type ServiceName, serviceNames } from '@doffers/topology';

const addresses = {
  auth: 'AUTH_ADDRESS',
  user: 'USER_ADDRESS',
  offer: 'OFFER_ADDRESS',
  campaign: 'CAMPAIGN_ADDRESS',
  payment: 'PAYMENT_ADDRESS',
  notification: 'NOTIFICATION_ADDRESS',
  ai: 'AI_ADDRESS',
  mobile: 'MOBILE_ADDRESS',
} as const satisfies Record<ServiceName, keyof CommonConfig>;

/** Which process serves a protobuf service, and where: the package `doffers.<name>.v1` names it. */
export function clientTarget(
  service: Pick<DescService, 'typeName'>,
  config: Pick<CommonConfig, (typeof addresses)[ServiceName]>,
): { readonly target: ServiceName; readonly address: string } {
  const target = serviceNames.find((name) => service.typeName.startsWith(`doffers.${name}.`));
  if (!target) throw new Error(`no process of the platform serves ${service.typeName}`);
  return { target, address: config[addresses[target]] };
}
