import type { RazorpayClient } from '../clients/razorpay-client.ts';
import { mandateMax } from '../domain/auto-topup.ts';
import type { Topup } from '../domain/topup.ts';
import type { Books } from '../repositories/books.ts';

type Deps = {
  readonly books: Pick<Books, 'topups' | 'mandates'>;
  readonly gateway: Pick<RazorpayClient, 'createOrder' | 'findOrderByReceipt' | 'createCustomer'>;
  readonly now: () => Date;
};

type Asked = {
  /** An order may have been made before, and not heard of. */
  readonly isRepetition: boolean;
  /** Whose mandate is given with it, as the gateway names them. */
  readonly mandateOf?: string | undefined;
};

/**
 * Sees to it that a top-up has its order at the gateway, and answers it with that. The top-up's id is the order's receipt
 * there, so whatever died in between, the order that was made is found.
 *
 * @throws DomainError `GATEWAY_UNAVAILABLE`
 */
export async function orderTopup(deps: Deps, topup: Topup, { isRepetition, mandateOf }: Asked): Promise<Topup> {
  const { books, gateway } = deps;
  if (topup.orderId !== undefined) return topup;
  const made = isRepetition ? await gateway.findOrderByReceipt(topup.id) : undefined;
  const { id: orderId } = made ?? (await gateway.createOrder(await orderOf(deps, topup, mandateOf)));
  return books.topups.setOrder(topup.id, orderId);
}

async function orderOf({ books, gateway, now }: Deps, { id, shopId, amount }: Topup, mandateOf: string | undefined) {
  const order = { receipt: id, amount };
  if (mandateOf === undefined) return order;
  const { id: customerId } = await gateway.createCustomer(mandateOf);
  const about = { topupId: id, shopId, customerId, tokenId: undefined, maxAmount: mandateMax, createdAt: now() };
  const mandate = await books.mandates.createOnce(about);
  return { ...order, mandate };
}
