import {
  type CommandKey,
  type Database,
  newestFirst,
  once,
  recall,
  requestHash,
  saveVersion,
  type Transaction,
  transaction,
} from '@doffers/database';
import type { PageKey } from '@doffers/resource';
import { assertOpen, type Campaign, campaignNotFound, type NewCampaign } from '../domain/campaign.ts';
import { CampaignEntity } from './campaign-entity.ts';

type ListQuery = { readonly shopId: string; readonly limit: number; readonly after: PageKey | undefined };

export type CampaignRepository = {
  /**
   * The campaign that an earlier call with this request id made.
   * @throws DomainError `IDEMPOTENCY_KEY_REUSED`
   */
  findCreated(input: NewCampaign): Promise<Campaign | undefined>;
  /**
   * Stores the campaign that `make` answers, once per shop and request id.
   * @throws DomainError `IDEMPOTENCY_KEY_REUSED`
   */
  createOnce(input: NewCampaign, make: () => Campaign): Promise<Campaign>;
  find(id: string): Promise<Campaign | undefined>;
  listOfShop(query: ListQuery): Promise<readonly Campaign[]>;
  /**
   * Stores a change of the plan that was prepared on `campaign.version` and answers the new version.
   * @throws DomainError `ETAG_MISMATCH` when somebody was faster, `CAMPAIGN_STATE` when it was launched meanwhile
   */
  save(campaign: Campaign): Promise<Campaign>;
};

export function createCampaignRepository(db: Database): CampaignRepository {
  const campaigns = () => db.getRepository(CampaignEntity);
  return {
    async findCreated(input) {
      const id = await recall<string>(db.manager, creationOf(input));
      return id === undefined ? undefined : campaigns().findOneByOrFail({ id });
    },
    createOnce: (input, make) =>
      transaction(db, async (tx) => {
        const id = await once(tx, creationOf(input), async () => {
          const campaign = make();
          await tx.insert(CampaignEntity, campaign);
          return campaign.id;
        });
        return tx.findOneByOrFail(CampaignEntity, { id });
      }),
    async find(id) {
      return (await campaigns().findOneBy({ id })) ?? undefined;
    },
    listOfShop({ shopId, limit, after }) {
      const query = campaigns().createQueryBuilder('campaign').where({ shopId });
      return newestFirst(query, { after, limit }).getMany();
    },
    save: (campaign) =>
      transaction(db, async (tx) => {
        const { state, launchNo } = await lockCampaign(tx, campaign.id);
        assertOpen({ state });
        const changed = { ...campaign, state, launchNo };
        return { ...changed, version: await saveVersion(tx.getRepository(CampaignEntity), changed) };
      }),
  };
}

function creationOf(input: NewCampaign): CommandKey {
  return { scope: `campaign/${input.shopId}`, requestId: input.requestId, hash: requestHash(input) };
}

/**
 * Reads a campaign and makes everybody else who wants to change it wait.
 *
 * @throws DomainError `CAMPAIGN_NOT_FOUND`
 */
export async function lockCampaign(tx: Transaction, id: string): Promise<Campaign> {
  const campaign = await tx.findOne(CampaignEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (campaign === null) throw campaignNotFound();
  return campaign;
}
