import type { Device } from '../repositories/customer-repository.ts';
import { becomeCustomer, type CustomerDeps } from './become-customer.ts';

export type RegisterDeviceInput = {
  readonly requestId: string;
  readonly token: string;
  readonly platform: number;
};

/**
 * Registers the caller's device for push. A phone that changes hands keeps its token, so the token moves to whoever
 * registered it last.
 *
 * @throws DomainError `IDEMPOTENCY_KEY_REUSED`
 */
export async function registerDevice(
  deps: CustomerDeps,
  userId: string,
  { requestId, token, platform }: RegisterDeviceInput,
): Promise<Device> {
  await becomeCustomer(deps, userId);
  const device = { id: deps.newId(), token, platform, seenAt: deps.now() };
  return deps.customers.registerDeviceOnce(userId, requestId, device);
}
