import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { eventually } from '@doffers/testkit';
import { askDatabases, idBytes } from '../faults/ask-database.ts';
import {
  assertExactMoney,
  assertNobodyTwice,
  assertNothingPending,
  draftCampaign,
  type Funnel,
  funnelsOf,
  launchNow,
  publishOffer,
  recordedOf,
  reportWhen,
  seedCustomers,
  succeeded,
  tellSandbox,
  topUp,
} from './campaign-steps.ts';
import { logIn, openShop, type Person, type Shopkeeper } from './people.ts';
import { assertRefusal } from './refusal.ts';

const walletPaise = 10_000_000;
/** A busy machine takes its time; nothing here is about how long something takes. */
const patience = { timeoutMs: 90_000 };

/** So slow that groups are open whenever one looks, and a campaign lasts. */
const slowAnswers = (ms: number) => tellSandbox('PATCH', '/settings', { latencyMs: { whatsapp: ms } });
const usualAnswers = () => tellSandbox('DELETE', '/settings');

/** A shop with money and a live offer. */
async function openFundedShop(): Promise<Shopkeeper & { readonly offerId: string }> {
  const shop = await openShop();
  const [offerId] = await Promise.all([publishOffer(shop), topUp(shop, walletPaise)]);
  return { ...shop, offerId };
}

/** A customer of PIN code 560034 who wants WhatsApp messages. The newest customer is the last of an audience. */
async function newCustomer(): Promise<Person> {
  const person = await logIn();
  // The profile is made a moment after the account, and both may be read as the first version.
  await eventually(async () => {
    const { etag } = succeeded(await person.api.get('/v1/me'));
    succeeded(await person.api.patch('/v1/me?updateMask=pincode', { body: { etag, pincode: '560034' } }));
  }, patience);
  await decide(person, true);
  return person;
}

async function decide(person: Person, granted: boolean): Promise<void> {
  const consents = [{ channel: 'WHATSAPP', granted }];
  const body = { requestId: `decide-${granted}`, consents, notice: '2026-11/en' };
  succeeded(await person.api.put('/v1/me/consents', { body }));
}

/** How many deliveries ended for a reason. */
const countOf = (funnel: Funnel | undefined, reason: string) =>
  Number(funnel?.reasons?.find((one) => one.reason === reason)?.count ?? 0);
const whatsapp = (campaignId: string) => recordedOf(campaignId, 'whatsapp');

describe('a campaign that is being sent', () => {
  const databases = askDatabases();
  let asha: Shopkeeper & { readonly offerId: string };
  let ravi: Person;
  before(async () => {
    seedCustomers(2_000);
    [asha, ravi] = await Promise.all([openFundedShop(), newCustomer()]);
  });
  after(async () => {
    await usualAnswers();
    await tellSandbox('DELETE', '/faults');
    await databases.close();
  });

  const command = (campaignId: string, verb: string, requestId: string) =>
    asha.api.post(`/v1/campaigns/${campaignId}:${verb}`, { body: { requestId } });

  /** Launches on WhatsApp and answers once it is being sent. */
  async function launchSlowly(requestId: string) {
    const campaignId = await draftCampaign(asha, { offerId: asha.offerId, requestId, channels: ['WHATSAPP'] });
    await slowAnswers(4_000);
    const quote = await launchNow(asha, campaignId);
    await eventually(async () => assert.ok((await whatsapp(campaignId)).length > 0), patience);
    return { campaignId, quote };
  }

  /** Members of the groups that were claimed, and of those that are closed by now. */
  async function groupsOf(campaignId: string): Promise<{ claimed: number; closed: number }> {
    const [row] = await databases.ask<{ claimed: string; closed: string }>(
      `SELECT COALESCE(SUM(LEAST(d.group_size, d.size - g.first_seq)), 0) AS claimed,
              COALESCE(SUM(IF(g.state = 2, LEAST(d.group_size, d.size - g.first_seq), 0)), 0) AS closed
         FROM notification_db.dispatch_group g
         JOIN notification_db.dispatch d ON d.campaign_id = g.campaign_id AND d.channel = g.channel
        WHERE g.campaign_id = ? AND g.pass = 0 AND g.reason = 0`,
      [idBytes(campaignId)],
    );
    return { claimed: Number(row?.claimed), closed: Number(row?.closed) };
  }

  /** Gives a command that stops sending, and answers what it answered once all open groups are closed. */
  async function stopBy(verb: 'pause' | 'cancel', campaignId: string): Promise<Record<string, unknown>> {
    const before = await groupsOf(campaignId);
    const answer = succeeded(await command(campaignId, verb, verb));
    const acknowledgedAt = Date.now();
    const after = await groupsOf(campaignId);
    assert.deepEqual(succeeded(await command(campaignId, verb, verb)), answer, 'the same request, the same answer');
    await usualAnswers();
    const end = await eventually(async () => {
      const now = await groupsOf(campaignId);
      assert.equal(now.closed, now.claimed, 'open groups close');
      return now;
    }, patience);

    const open = Number(answer.openMessages);
    assert.ok(open > 0, 'a group was open');
    assert.equal(end.claimed, after.claimed, 'nothing is claimed after the answer');
    // What was closed at the moment of the command lies between what was closed before it and what is after it.
    const named = `${open} of ${end.claimed} open, ${before.closed} to ${after.closed} closed`;
    assert.ok(end.claimed - after.closed <= open && open <= end.claimed - before.closed, named);
    const sent = await whatsapp(campaignId);
    const later = sent.filter(({ atMs }) => atMs > acknowledgedAt).length;
    assert.ok(later <= open, `${later} messages came after the answer had named ${open}`);
    assert.ok(sent.length <= end.claimed, 'some of the claimed are refused at once');
    return answer;
  }

  it('pauses: the answer names what may still go out, and nothing else does; resumed, it reaches everybody who still wants it', async () => {
    const { campaignId } = await launchSlowly('paused');
    assert.equal((await stopBy('pause', campaignId)).state, 'PAUSED');
    assertRefusal(await command(campaignId, 'pause', 'again'), [400, 'CAMPAIGN_STATE']);
    assertRefusal(await command(campaignId, 'resume', 'pause'), [409, 'IDEMPOTENCY_KEY_REUSED']);
    await decide(ravi, false);
    assert.equal(succeeded(await command(campaignId, 'resume', 'resume')).state, 'SENDING');
    const report = await reportWhen(asha, campaignId, { state: 'COMPLETED' });
    const [funnel] = funnelsOf(report);
    assertNothingPending(funnelsOf(report));
    assert.equal(countOf(funnel, 'OPTED_OUT'), 1, 'who opted out while it was paused gets nothing');
    const messages = await whatsapp(campaignId);
    // Of the failed, some were refused at once and some were accepted first.
    const wanted = Number(funnel?.size) - Number(funnel?.suppressed);
    assert.ok(wanted - Number(funnel?.failed) <= messages.length && messages.length <= wanted, JSON.stringify(funnel));
    assertNobodyTwice(messages);
    assertExactMoney(report);
  });

  it('is cancelled: the rest is SUPPRESSED with that reason, and what was delivered is billed to the paisa', async () => {
    const { body: before } = await asha.api.get(`/v1/shops/${asha.shopId}/wallet`);
    const { campaignId, quote } = await launchSlowly('cancelled');
    await stopBy('cancel', campaignId);
    const report = await reportWhen(asha, campaignId, { state: 'CANCELLED' });
    const sent = await whatsapp(campaignId);
    const [funnel] = funnelsOf(report);
    assertNothingPending(funnelsOf(report));
    const [delivered, failed] = [Number(funnel?.delivered) + Number(funnel?.read), Number(funnel?.failed)];
    assert.ok(delivered <= sent.length && sent.length <= delivered + failed, JSON.stringify(funnel));
    const untouched = Number(funnel?.size) - delivered - failed;
    assert.equal(countOf(funnel, 'CANCELLED'), untouched, JSON.stringify(funnel));
    assert.ok(sent.length < Number(funnel?.size), 'much was left');

    const [line] = quote.lines as { rateMicros: string }[];
    const taxable = (delivered * Number(line?.rateMicros)) / 10_000;
    const due = taxable + Math.round(taxable * 0.18);
    assert.equal(assertExactMoney(report), due);
    const { body: wallet } = await asha.api.get(`/v1/shops/${asha.shopId}/wallet`);
    assert.deepEqual([wallet.heldPaise, Number(wallet.availablePaise)], ['0', Number(before.availablePaise) - due]);
    assertRefusal(await command(campaignId, 'cancel', 'again'), [400, 'CAMPAIGN_STATE']);
    assertRefusal(await command(campaignId, 'resume', 'late'), [400, 'CAMPAIGN_STATE']);
  });

  it('waits when WhatsApp says that its template does not fit, after one group of each lane, and costs nothing', async () => {
    const { availablePaise } = succeeded(await asha.api.get(`/v1/shops/${asha.shopId}/wallet`));
    const ask = { offerId: asha.offerId, requestId: 'misfit', channels: ['WHATSAPP'] } as const;
    const campaignId = await draftCampaign(asha, ask);
    const match = { provider: 'whatsapp', campaign: campaignId };
    await tellSandbox('POST', '/faults', [{ match, action: { type: 'error', code: 132012 } }]);
    await launchNow(asha, campaignId);
    const progress = async () =>
      succeeded(await asha.api.get(`/v1/campaigns/${campaignId}/progress`)) as { channels: Funnel[] };
    await eventually(async () => {
      const { claimed, closed } = await groupsOf(campaignId);
      assert.ok(claimed > 0 && claimed === closed, `${claimed} claimed, ${closed} closed`);
    }, patience);
    const [funnel] = (await progress()).channels;
    assert.ok(Number(funnel?.pending) > 0 && Number(funnel?.failed ?? 0) === 0, JSON.stringify(funnel));
    assert.equal(funnel?.heldUpBy, 'TEMPLATE_REFUSED_132012');
    assert.match(String(funnel?.heldUpExplanation), /values do not fit the template/);
    succeeded(await command(campaignId, 'cancel', 'misfit'));
    const report = await reportWhen(asha, campaignId, { state: 'CANCELLED' });
    await tellSandbox('DELETE', '/faults');
    assert.equal(report.capturedPaise, '0');
    assert.deepEqual(await whatsapp(campaignId), []);
    assert.equal(succeeded(await asha.api.get(`/v1/shops/${asha.shopId}/wallet`)).availablePaise, availablePaise);
  });

  it('lets a small one pass that is launched later', async () => {
    const binu = await openFundedShop();
    const ask = { channels: ['WHATSAPP'] } as const;
    const [big, small] = await Promise.all([
      draftCampaign(asha, { ...ask, offerId: asha.offerId, requestId: 'big', radiusKm: 25 }),
      draftCampaign(binu, { ...ask, offerId: binu.offerId, requestId: 'small', radiusKm: 2 }),
    ]);
    await slowAnswers(1_000);
    const bigQuote = await launchNow(asha, big);
    await eventually(async () => assert.ok((await whatsapp(big)).length > 0), patience);
    const smallQuote = await launchNow(binu, small);
    const sizeOf = ({ lines }: Record<string, unknown>) => Number((lines as { recipients: string }[])[0]?.recipients);
    await eventually(async () => assert.equal((await groupsOf(small)).closed, sizeOf(smallQuote)), patience);
    const sentOfBig = await whatsapp(big);
    await usualAnswers();
    assert.ok(
      sentOfBig.length < sizeOf(bigQuote),
      `${sentOfBig.length} of ${sizeOf(bigQuote)} had gone out when all ${sizeOf(smallQuote)} of the small one were out`,
    );
    for (const [owner, id] of [
      [asha, big],
      [binu, small],
    ] as const) {
      const report = await reportWhen(owner, id, { state: 'COMPLETED' });
      assertNothingPending(funnelsOf(report));
      assertNobodyTwice(await whatsapp(id));
      assertExactMoney(report);
    }
  });
});
