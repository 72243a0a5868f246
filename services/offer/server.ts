import { newId } from '@doffers/database';
import { parseConfig } from '@doffers/process';
import { OfferService } from '@doffers/proto/offer/v1/offer_service';
import { ShopService } from '@doffers/proto/user/v1/shop_service';
import { createShopAccess } from '@doffers/rpc';
import { runService } from '@doffers/service';
import { config } from './config.ts';
import { createOfferHandlers } from './handlers/offer-handlers.ts';
import { Offers1795400000000 } from './migrations/1795400000000-offers.ts';
import { OfferEntity } from './repositories/offer-entity.ts';
import { createOfferRepository } from './repositories/offer-repository.ts';

runService({
  name: 'offer',
  config: parseConfig(config),
  database: { entities: [OfferEntity], migrations: [Offers1795400000000] },
  build({ db, client, serve }) {
    const deps = {
      offers: createOfferRepository(db),
      shopAccess: createShopAccess(client(ShopService)),
      newId,
      now: () => new Date(),
    };
    serve(OfferService, createOfferHandlers(deps));
  },
});
