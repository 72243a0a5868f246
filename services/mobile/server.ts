import { parseConfig } from '@doffers/process';
import { AuthService } from '@doffers/proto/auth/v1/auth_service';
import { MobileService } from '@doffers/proto/mobile/v1/mobile_service';
import { PlaceService } from '@doffers/proto/user/v1/place_service';
import { ShopService } from '@doffers/proto/user/v1/shop_service';
import { UserService } from '@doffers/proto/user/v1/user_service';
import { runService } from '@doffers/service';
import { createAccounts } from './clients/accounts.ts';
import { createPeople } from './clients/people.ts';
import { createPlaces } from './clients/places.ts';
import { config } from './config.ts';
import { createMobileHandlers } from './handlers/mobile-handlers.ts';

runService({
  name: 'mobile',
  config: parseConfig(config),
  build({ log, client, serve }) {
    const deps = {
      accounts: createAccounts(client(AuthService)),
      people: createPeople({ users: client(UserService), shops: client(ShopService) }, log),
      places: createPlaces(client(PlaceService)),
    };
    serve(MobileService, createMobileHandlers(deps));
  },
});
