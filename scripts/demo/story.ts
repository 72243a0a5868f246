import { sandboxDefaults } from '@doffers/process';
import { eventually } from '@doffers/testkit';
import { duration } from '../console/format.ts';
import { createAdmin } from '../platform/admin.ts';
import type { Stack } from '../stack/stack.ts';
import { api, type Json } from './api.ts';
import { type Addresses, logIn, newPhone, type Person, withRole } from './people.ts';

const topUpPaise = 500_000;
const customersAtOnce = 8;
/** The administrator of every demo, a test phone whose code is fixed. */
const adminPhone = '9999999999';

type Options = {
  readonly stack: Stack;
  readonly customers: number;
  readonly say: (text: string) => void;
};

export type Story = {
  readonly shopId: string;
  readonly offerId: string;
  readonly campaignId: string;
  readonly walletPaise: number;
  readonly customers: number;
  readonly steps: readonly { readonly step: string; readonly ms: number }[];
};

/**
 * What the platform can do so far, as people live it and through REST alone: a shop is registered and approved, its
 * owner is told by a workflow, publishes an offer, has a campaign text written and tops up the wallet; customers come.
 */
export async function tellStory({ stack, customers, say }: Options): Promise<Story> {
  const addresses: Addresses = {
    gatewayUrl: `http://127.0.0.1:${stack.ports.gateway.http}`,
    sandboxUrl: `http://127.0.0.1:${stack.ports.sandbox.http}`,
  };
  const anybody = api(addresses.gatewayUrl);
  const steps: { step: string; ms: number }[] = [];
  const step = async <T>(told: string | ((result: T) => string), act: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    const result = await act();
    const ms = Math.round(performance.now() - began);
    const text = typeof told === 'string' ? told : told(result);
    steps.push({ step: text, ms });
    say(`✓ ${text}  (${duration(ms)})`);
    return result;
  };

  const asha = await step(
    ({ phone }) => `Asha (+91 ${phone}) logs in with the code that came by SMS`,
    () => logIn(addresses, newPhone()),
  );
  const { shopId } = await step(
    ({ name, city }) => `she registers her shop, ${String(name)} in ${String(city)}, which waits for approval`,
    () => asha.api('post', '/v1/shops', { requestId: 'demo-shop', ...shop }),
  );
  await step(`an administrator (+91 ${adminPhone}) approves it`, () => approve(addresses, stack, String(shopId)));
  await step('a workflow tells Asha, in her inbox', () => eventually(() => unreadNotice(asha), { timeoutMs: 30_000 }));

  const owner = await withRole(addresses, asha, 'shopkeeper');
  const { offerId } = await step(
    ({ title }) => `she publishes an offer: ${String(title)}`,
    () => publishOffer(owner, String(shopId)),
  );
  const { body: text } = await step(
    ({ title }) => `AI writes the campaign's text from the facts of the offer: “${String(title)}”`,
    () => owner.api('post', `/v1/shops/${String(shopId)}/texts:generate`, { requestId: 'demo-text', offerId }),
  );
  const { campaignId } = await step('she drafts a campaign for push and inbox around her PIN code', () =>
    owner.api('post', `/v1/shops/${String(shopId)}/campaigns`, {
      requestId: 'demo-campaign',
      offerId,
      name: 'Festival week',
      channels: ['PUSH', 'IN_APP'],
      content: { title: 'Flat 20% off', body: String(text) },
      audience: { pincodes: [shop.pincode], radiusKm: 2 },
    }),
  );
  const walletPaise = await step(
    (paise) => `she tops up her wallet; Razorpay's webhook credits ₹${paise / 100}`,
    () => topUp(addresses, owner, String(shopId)),
  );
  await step(`${customers} customers log in and read the offer`, () =>
    forEach(customers, async () => {
      const customer = await logIn(addresses, newPhone());
      await customer.api('get', `/v1/offers/${String(offerId)}`);
    }),
  );
  await step('anybody sees it, without an account', () => anybody('get', `/v1/offers/${String(offerId)}`));
  return {
    shopId: String(shopId),
    offerId: String(offerId),
    campaignId: String(campaignId),
    walletPaise,
    customers,
    steps,
  };
}

const shop = {
  name: 'आशा स्टोर्स',
  category: 'grocery',
  address: '12, 80 Feet Road, Koramangala',
  pincode: '560034',
};

async function approve(addresses: Addresses, stack: Stack, shopId: string): Promise<Json> {
  const { code, output } = await createAdmin(stack, ['--phone', adminPhone]);
  if (code !== 0) throw new Error(`no administrator could be made: ${output.trim()}`);
  const admin = await logIn(addresses, adminPhone, testCodeOf(adminPhone, stack));
  return admin.api('post', `/v1/admin/shops/${shopId}:approve`, { requestId: `demo-${shopId}` });
}

/** The fixed code of a test phone; nothing when somebody has configured others, then the code comes by SMS. */
function testCodeOf(phone: string, { offset }: Stack): string | undefined {
  const codes = process.env.AUTH_TEST_OTPS ?? sandboxDefaults(offset).AUTH_TEST_OTPS ?? '';
  return codes
    .split(',')
    .find((pair) => pair.startsWith(`${phone}=`))
    ?.split('=')[1];
}

async function unreadNotice(person: Person): Promise<void> {
  const { unreadCount } = await person.api('get', '/v1/me/inbox');
  if (Number(unreadCount) < 1) throw new Error('the inbox is still empty');
}

async function publishOffer(owner: Person, shopId: string): Promise<Json> {
  const { offerId } = await owner.api('post', `/v1/shops/${shopId}/offers`, {
    requestId: 'demo-offer',
    title: 'Flat 20% off on groceries',
    category: 'grocery',
    discount: { percent: { percent: 20, capPaise: '50000' }, minBillPaise: '100000' },
    endTime: new Date(Date.now() + 30 * 24 * 3_600_000).toISOString(),
  });
  return owner.api('post', `/v1/offers/${String(offerId)}:publish`, { requestId: 'demo-publish' });
}

/** Opens an order, pays it in the sandbox's payment window, and waits until the webhook has credited it. */
async function topUp({ sandboxUrl }: Addresses, owner: Person, shopId: string): Promise<number> {
  const { topupId, gatewayOrderId } = await owner.api('post', `/v1/shops/${shopId}/topups`, {
    requestId: 'demo-topup',
    amountPaise: String(topUpPaise),
  });
  const body = JSON.stringify({ orderId: gatewayOrderId, outcome: 'success' });
  const paid = await fetch(`${sandboxUrl}/razorpay/sandbox/checkout`, { method: 'POST', body });
  if (!paid.ok) throw new Error(`the payment was not taken: ${await paid.text()}`);
  await eventually(async () => {
    const { state } = await owner.api('get', `/v1/topups/${String(topupId)}`);
    if (state !== 'CREDITED') throw new Error(`the top-up is ${String(state)}`);
  });
  const { postedPaise } = await owner.api('get', `/v1/shops/${shopId}/wallet`);
  return Number(postedPaise);
}

async function forEach(count: number, act: () => Promise<void>): Promise<void> {
  let left = count;
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await act();
    }
  };
  await Promise.all(Array.from({ length: Math.min(customersAtOnce, count) }, work));
}
