import { parseConfig } from '@doffers/process';
import { AuthService } from '@doffers/proto/auth/v1/auth_service';
import { MobileService } from '@doffers/proto/mobile/v1/mobile_service';
import { PlaceService } from '@doffers/proto/user/v1/place_service';
import { ShopService } from '@doffers/proto/user/v1/shop_service';
import { UserService } from '@doffers/proto/user/v1/user_service';
import { runService } from '@doffers/service';
import { createAccounts } from './clients/accounts.ts';
import { createPeople } from './clients/people.ts';
import { config } from './config.ts';
import { createMobileHandlers } from './handlers/mobile-handlers.ts';

runService({
  name: 'mobile',
  config: parseConfig(config),
  build({ client, serve }) {
    const accounts = createAccounts(client(AuthService));
    const people = createPeople({
      users: client(UserService),
      shops: client(ShopService),
      places: client(PlaceService),
    });
    serve(MobileService, createMobileHandlers({ accounts, people }));
  },
});
