import { newId } from '@doffers/database';
import { parseConfig } from '@doffers/process';
import { OfferService } from '@doffers/proto/offer/v1/offer_service';
import { PackService } from '@doffers/proto/payment/v1/pack_service';
import { PlaceService } from '@doffers/proto/user/v1/place_service';
import { ShopService } from '@doffers/proto/user/v1/shop_service';
import { createShopAccess, runInCall } from '@doffers/rpc';
import { runService } from '@doffers/service';
import { createEntitlements } from './clients/entitlements.ts';
import { createNeighbours } from './clients/neighbours.ts';
import { config } from './config.ts';
import { createOfferHandlers } from './handlers/offer-handlers.ts';
import { createNearbyRepository } from './repositories/nearby-repository.ts';
import { createOfferRepository } from './repositories/offer-repository.ts';
import { createShopStandings } from './repositories/shop-standings.ts';
import { tables } from './repositories/tables.ts';
import { createUnitRepository } from './repositories/unit-repository.ts';
import { sweepUnits } from './usecases/units.ts';

const sweepEveryMs = 10_000;

runService({
  name: 'offer',
  config: parseConfig(config),
  database: tables,
  build({ db, log, client, serve, onStop }) {
    const deps = {
      offers: createOfferRepository(db),
      standings: createShopStandings(db),
      nearby: createNearbyRepository(db),
      neighbours: createNeighbours(client(PlaceService)),
      units: createUnitRepository(db),
      entitlements: createEntitlements(client(PackService)),
      shopAccess: createShopAccess(client(ShopService)),
      newId,
      now: () => new Date(),
    };
    serve(OfferService, createOfferHandlers(deps));

    // Every process does it, which is harmless: a unit is given back once.
    const sweep = () =>
      runInCall({}, () =>
        sweepUnits(deps, (err, { offerId }) =>
          log.warn({ err, offerId }, 'the unit of an offer could not be returned'),
        ),
      );
    const timer = setInterval(
      () => void sweep().catch((err: unknown) => log.warn({ err }, 'units of offers could not be swept')),
      sweepEveryMs,
    );
    onStop('unit sweep', () => clearInterval(timer));
  },
});
