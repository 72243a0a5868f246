import { type Database, newestFirst, once, requestHash, saveVersion, transaction } from '@doffers/database';
import type { PageKey } from '@doffers/resource';
import type { Campaign, NewCampaign } from '../domain/campaign.ts';
import { CampaignEntity } from './campaign-entity.ts';

type ListQuery = { readonly shopId: string; readonly limit: number; readonly after: PageKey | undefined };

export type CampaignRepository = {
  /**
   * Stores the campaign that `make` answers, once per shop and request id.
   * @throws DomainError `IDEMPOTENCY_KEY_REUSED`
   */
  createOnce(input: NewCampaign, make: () => Campaign): Promise<Campaign>;
  find(id: string): Promise<Campaign | undefined>;
  listOfShop(query: ListQuery): Promise<readonly Campaign[]>;
  /**
   * Stores a change that was prepared on `campaign.version` and answers the new version.
   * @throws DomainError `ETAG_MISMATCH` when somebody was faster
   */
  save(campaign: Campaign): Promise<Campaign>;
};

export function createCampaignRepository(db: Database): CampaignRepository {
  const campaigns = () => db.getRepository(CampaignEntity);
  return {
    createOnce: (input, make) =>
      transaction(db, async (tx) => {
        const key = { scope: `campaign/${input.shopId}`, requestId: input.requestId, hash: requestHash(input) };
        const id = await once(tx, key, async () => {
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
    async save(campaign) {
      return { ...campaign, version: await saveVersion(campaigns(), campaign) };
    },
  };
}
