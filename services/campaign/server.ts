import { newId } from '@doffers/database';
import { parseConfig } from '@doffers/process';
import { CampaignService } from '@doffers/proto/campaign/v1/campaign_service';
import { OfferService } from '@doffers/proto/offer/v1/offer_service';
import { PlaceService } from '@doffers/proto/user/v1/place_service';
import { ShopService } from '@doffers/proto/user/v1/shop_service';
import { createShopAccess } from '@doffers/rpc';
import { runService } from '@doffers/service';
import { createDirectory } from './clients/directory.ts';
import { config } from './config.ts';
import { createCampaignHandlers } from './handlers/campaign-handlers.ts';
import { Campaigns1795400000000 } from './migrations/1795400000000-campaigns.ts';
import { CampaignEntity } from './repositories/campaign-entity.ts';
import { createCampaignRepository } from './repositories/campaign-repository.ts';

runService({
  name: 'campaign',
  config: parseConfig(config),
  database: { entities: [CampaignEntity], migrations: [Campaigns1795400000000] },
  build({ db, client, serve }) {
    const deps = {
      campaigns: createCampaignRepository(db),
      directory: createDirectory(client(OfferService), client(PlaceService)),
      shopAccess: createShopAccess(client(ShopService)),
      newId,
      now: () => new Date(),
    };
    serve(CampaignService, createCampaignHandlers(deps));
  },
});
