import { newId } from '@doffers/database';
import { parseConfig } from '@doffers/process';
import { TextService } from '@doffers/proto/ai/v1/text_service';
import { OfferService } from '@doffers/proto/offer/v1/offer_service';
import { ShopService } from '@doffers/proto/user/v1/shop_service';
import { createShopAccess } from '@doffers/rpc';
import { runService } from '@doffers/service';
import { createCopyWriter } from './clients/copy-writer.ts';
import { createOfferReader } from './clients/offer-reader.ts';
import { createTextModel } from './clients/openai.ts';
import { config as environment } from './config.ts';
import { createTextHandlers } from './handlers/text-handlers.ts';
import { Texts1795400000000 } from './migrations/1795400000000-texts.ts';
import { ModelCallEntity, TextEntity } from './repositories/text-entities.ts';
import { createTextRepository } from './repositories/text-repository.ts';

const config = parseConfig(environment);
const { OPENAI_BASE_URL: baseUrl, OPENAI_API_KEY: apiKey, OPENAI_TEXT_MODEL: model } = config;

runService({
  name: 'ai',
  config,
  database: { entities: [TextEntity, ModelCallEntity], migrations: [Texts1795400000000] },
  build({ db, client, serve }) {
    const deps = {
      texts: createTextRepository(db),
      offers: createOfferReader(client(OfferService)),
      writer:
        apiKey === '' ? undefined : createCopyWriter(createTextModel({ baseUrl, apiKey, model, deadlineMs: 15_000 })),
      shopAccess: createShopAccess(client(ShopService)),
      newId,
      now: () => new Date(),
    };
    serve(TextService, createTextHandlers(deps));
  },
});
