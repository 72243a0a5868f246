import { sandboxDefaults } from '@doffers/process';
import { eventually } from '@doffers/testkit';
import { createAdmin } from '../platform/admin.ts';
import type { Stack } from '../stack/stack.ts';
import { rupees } from './amounts.ts';
import type { Json } from './api.ts';
import { type Addresses, logIn, newPhone, type Person } from './people.ts';
import type { TakeStep } from './steps.ts';

/** The administrator of every demo, a test phone whose code is fixed. */
const adminPhone = '9999999999';
const firstTopUpPaise = 500_000;
/** What one order at the payment gateway may be at most. */
const largestTopUpPaise = 50_000_000;

export const shopFront = {
  name: 'आशा स्टोर्स',
  category: 'grocery',
  address: '12, 80 Feet Road, Koramangala',
  pincode: '560034',
};

/** A shop that may publish and send, and the person it belongs to. */
export type Shop = { readonly shopId: string; readonly offerId: string; readonly owner: Person };

type World = { readonly addresses: Addresses; readonly stack: Stack; readonly step: TakeStep };

/** From nothing to a published offer: login, registration, approval, top-up, pack. */
export async function openShop({ addresses, stack, step }: World): Promise<Shop> {
  const owner = await step(
    ({ phone }) => `Asha (+91 ${phone}) logs in with the code that came by SMS`,
    () => logIn(addresses, newPhone()),
  );
  const { shopId } = await step(
    ({ name, city }) => `she registers her shop, ${String(name)} in ${String(city)}, which waits for approval`,
    () => owner.api('post', '/v1/shops', { requestId: 'demo-shop', ...shopFront }),
  );
  const shop = `/v1/shops/${String(shopId)}`;
  await step(`an administrator (+91 ${adminPhone}) approves it`, () => approve(addresses, stack, String(shopId)));
  await step('a workflow tells Asha, in her inbox', () =>
    eventually(() => unreadNotice(owner), { timeoutMs: 120_000 }),
  );
  await owner.waitForRole('shopkeeper');
  await step(`she tops up her wallet; Razorpay's signed webhook credits ${rupees(firstTopUpPaise)}`, () =>
    topUp(addresses, owner, { shop, paise: firstTopUpPaise }),
  );
  await step(
    ({ name, offers }) => `she buys the ${String(name)} from the wallet: ${Number(offers)} offers more`,
    () => buyPack(owner, shop),
  );
  const { offerId } = await step(
    ({ title }) => `she publishes an offer: ${String(title)}`,
    () => publishOffer(owner, shop),
  );
  return { owner, shopId: String(shopId), offerId: String(offerId) };
}

/** Pays in what is missing, in as many orders as it takes. Answers how much that was. */
export async function topUpFor(
  addresses: Addresses,
  { owner, shopId }: Shop,
  neededPaise: number,
): Promise<{ readonly paise: number; readonly orders: number }> {
  const shop = `/v1/shops/${shopId}`;
  const { availablePaise } = await owner.api('get', `${shop}/wallet`);
  // Whole thousands of rupees, as people pay.
  const missing = Math.ceil(Math.max(0, neededPaise - Number(availablePaise)) / 100_000) * 100_000;
  let orders = 0;
  for (let left = missing; left > 0; left -= largestTopUpPaise) {
    orders += 1;
    await topUp(addresses, owner, { shop, paise: Math.min(left, largestTopUpPaise) });
  }
  return { paise: missing, orders };
}

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

/** Opens an order, pays it in the sandbox's payment window, and waits until the webhook has credited it. */
async function topUp(
  { sandboxUrl }: Addresses,
  owner: Person,
  { shop, paise }: { readonly shop: string; readonly paise: number },
): Promise<void> {
  const requestId = `demo-topup-${Date.now()}`;
  const { topupId, gatewayOrderId } = await owner.api('post', `${shop}/topups`, {
    requestId,
    amountPaise: String(paise),
  });
  const body = JSON.stringify({ orderId: gatewayOrderId, outcome: 'success' });
  const paid = await fetch(`${sandboxUrl}/razorpay/sandbox/checkout`, { method: 'POST', body });
  if (!paid.ok) throw new Error(`the payment was not taken: ${await paid.text()}`);
  await eventually(
    async () => {
      const { state } = await owner.api('get', `/v1/topups/${String(topupId)}`);
      if (state !== 'CREDITED') throw new Error(`the top-up is ${String(state)}`);
    },
    { timeoutMs: 60_000 },
  );
}

async function buyPack(owner: Person, shop: string): Promise<Json> {
  const { packs } = (await owner.api('get', '/v1/packs')) as { packs?: Json[] };
  const [pack] = packs ?? [];
  if (pack === undefined) throw new Error('no pack is on sale');
  const purchase = { requestId: 'demo-pack', packId: pack.packId };
  await eventually(
    async () => {
      const { state } = await owner.api('post', `${shop}/pack-purchases`, purchase);
      if (state !== 'COMPLETED') throw new Error(`the purchase is ${String(state)}`);
    },
    { timeoutMs: 60_000, everyMs: 200 },
  );
  return pack;
}

async function publishOffer(owner: Person, shop: string): Promise<Json> {
  const { offerId } = await owner.api('post', `${shop}/offers`, {
    requestId: 'demo-offer',
    title: 'Flat 20% off on groceries',
    category: 'grocery',
    discount: { percent: { percent: 20, capPaise: '50000' }, minBillPaise: '100000' },
    endTime: new Date(Date.now() + 30 * 24 * 3_600_000).toISOString(),
  });
  return owner.api('post', `/v1/offers/${String(offerId)}:publish`, { requestId: 'demo-publish' });
}
