import { parseConfig } from '@doffers/process';
import { AuthService } from '@doffers/proto/auth/v1/auth_service';
import { FaultService } from '@doffers/proto/fault/v1/fault_service';
import { MobileService } from '@doffers/proto/mobile/v1/mobile_service';
import { PlaceService } from '@doffers/proto/user/v1/place_service';
import { ShopService } from '@doffers/proto/user/v1/shop_service';
import { UserService } from '@doffers/proto/user/v1/user_service';
import { createFaultHandlers } from '@doffers/rpc';
import { runService } from '@doffers/service';
import { createAccounts } from './clients/accounts.ts';
import { createPeople } from './clients/people.ts';
import { config } from './config.ts';
import { createMobileHandlers } from './handlers/mobile-handlers.ts';

const environment = parseConfig(config);

runService({
  name: 'mobile',
  config: environment,
  build({ client, serve }) {
    const accounts = createAccounts(client(AuthService));
    const people = createPeople({
      users: client(UserService),
      shops: client(ShopService),
      places: client(PlaceService),
    });
    serve(MobileService, createMobileHandlers({ accounts, people }));
    if (environment.DOFFERS_MODE === 'sandbox' && environment.DOFFERS_FAULT_SERVICE === '1') {
      serve(FaultService, createFaultHandlers());
    }
  },
});
