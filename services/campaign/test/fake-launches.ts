import { paise } from '@doffers/money';
import { type Campaign, campaignNotFound, hasEnded, isOpen } from '../domain/campaign.ts';
import { alreadyLaunched, type Launch, type LaunchKey, reportedFailure } from '../domain/launch.ts';
import { quoteStale } from '../domain/quote.ts';
import type { LaunchRepository } from '../repositories/launch-repository.ts';

/** Launches in memory, beside the campaigns they change. Passes the contract of the real repository. */
export function fakeLaunches(campaigns: Map<string, Campaign>): LaunchRepository {
  const launches = new Map<string, Launch & { sequence: number }>();
  const keyOf = ({ campaignId, launchNo }: LaunchKey) => `${campaignId}/${launchNo}`;
  const byRequest = (campaignId: string, requestId: string) =>
    [...launches.values()].find((launch) => launch.campaignId === campaignId && launch.requestId === requestId);

  function get(key: LaunchKey) {
    const launch = launches.get(keyOf(key));
    const campaign = campaigns.get(key.campaignId);
    if (launch === undefined || campaign === undefined) throw campaignNotFound();
    return { launch, campaign };
  }
  function change(key: LaunchKey, changes: Partial<Launch> & { sequence?: number }, state?: Campaign['state']) {
    const { launch, campaign } = get(key);
    const changed = { ...launch, ...changes };
    launches.set(keyOf(key), changed);
    if (state !== undefined && campaign.launchNo === key.launchNo) campaigns.set(campaign.id, { ...campaign, state });
    return changed;
  }

  return {
    find: async (key) => launches.get(keyOf(key)),
    findByRequest: async (campaignId, requestId) => byRequest(campaignId, requestId),
    async begin({ version, ...asked }) {
      const same = byRequest(asked.campaignId, asked.requestId);
      if (same !== undefined) return same;
      const campaign = campaigns.get(asked.campaignId);
      if (campaign === undefined) throw campaignNotFound();
      if (!isOpen(campaign)) throw alreadyLaunched();
      if (campaign.version !== version) throw quoteStale();
      const launchNo = campaign.launchNo + 1;
      const money = { held: undefined, captured: paise(0), released: paise(0), invoiceId: undefined };
      const outcome = { sendAt: undefined, failure: undefined, finishedAt: undefined, sequence: -1 };
      launches.set(keyOf({ ...asked, launchNo }), { ...asked, launchNo, ...money, ...outcome });
      campaigns.set(campaign.id, { ...campaign, launchNo, state: 'launching' });
      return get({ ...asked, launchNo }).launch;
    },
    async succeed(key, { held, sendAt }) {
      const { state } = get(key).campaign;
      return change(key, { held, sendAt }, state === 'launching' ? 'scheduled' : undefined);
    },
    async fail(key, failure, at) {
      const { launch, campaign } = get(key);
      if (campaign.state !== 'launching' && campaign.state !== 'failed') return launch;
      return change(key, { failure, finishedAt: at }, 'failed');
    },
    async recordPhase({ phase, reason, sequence, held, captured, released, invoiceId, ...key }, at) {
      const { launch, campaign } = get(key);
      if (sequence <= launch.sequence) return;
      const money = {
        held: held ?? launch.held,
        captured: captured ?? launch.captured,
        released: released ?? launch.released,
        invoiceId: invoiceId ?? launch.invoiceId,
      };
      const end = hasEnded({ state: phase }) ? { finishedAt: launch.finishedAt ?? at } : {};
      const failure = phase === 'failed' ? { failure: launch.failure ?? reportedFailure(reason) } : {};
      change(key, { ...money, ...end, ...failure, sequence }, hasEnded(campaign) ? undefined : phase);
    },
    async moveSendTime(key, sendAt) {
      change(key, { sendAt });
    },
    async listStuck(before, limit) {
      return [...campaigns.values()]
        .filter(({ state }) => state === 'launching')
        .map(({ id, launchNo, shopId }) => ({ ...get({ campaignId: id, launchNo }).launch, shopId }))
        .filter(({ createdAt }) => createdAt < before)
        .slice(0, limit);
    },
  };
}
