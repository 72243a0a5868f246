import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@doffers/database';
import { parseConfig } from '@doffers/process';
import { CampaignService } from '@doffers/proto/campaign/v1/campaign_service';
import { CampaignStateService } from '@doffers/proto/campaign/v1/campaign_state_service';
import { LaunchService } from '@doffers/proto/campaign/v1/launch_service';
import { ReportService } from '@doffers/proto/campaign/v1/report_service';
import { TemplateService } from '@doffers/proto/campaign/v1/template_service';
import { TemplateStatusService } from '@doffers/proto/campaign/v1/template_status_service';
import { DispatchService } from '@doffers/proto/notification/v1/dispatch_service';
import { TemplateService as ProviderTemplateService } from '@doffers/proto/notification/v1/template_service';
import { OfferService } from '@doffers/proto/offer/v1/offer_service';
import { HoldService } from '@doffers/proto/payment/v1/hold_service';
import { InvoiceService } from '@doffers/proto/payment/v1/invoice_service';
import { AudienceService } from '@doffers/proto/user/v1/audience_service';
import { PlaceService } from '@doffers/proto/user/v1/place_service';
import { ShopService } from '@doffers/proto/user/v1/shop_service';
import { createShopAccess, runInCall } from '@doffers/rpc';
import { runService } from '@doffers/service';
import { createCampaignWorkflows, createTemporalClient } from '@doffers/temporal';
import { createAudiences } from './clients/audiences.ts';
import { createWorkflowCommands } from './clients/campaign-workflows.ts';
import { createDirectory } from './clients/directory.ts';
import { createDispatch } from './clients/dispatch.ts';
import { createPricing } from './clients/pricing.ts';
import { createTemplateProvider } from './clients/template-provider.ts';
import { config } from './config.ts';
import { createCampaignHandlers } from './handlers/campaign-handlers.ts';
import { createCampaignStateHandlers } from './handlers/campaign-state-handlers.ts';
import { createLaunchHandlers } from './handlers/launch-handlers.ts';
import { createReportHandlers } from './handlers/report-handlers.ts';
import { createTemplateHandlers } from './handlers/template-handlers.ts';
import { createTemplateStatusHandlers } from './handlers/template-status-handlers.ts';
import { createCampaignRepository } from './repositories/campaign-repository.ts';
import { createControlRepository } from './repositories/control-repository.ts';
import { createLaunchRepository } from './repositories/launch-repository.ts';
import { createQuoteRepository } from './repositories/quote-repository.ts';
import { tables } from './repositories/tables.ts';
import { createTemplateRepository } from './repositories/template-repository.ts';
import { createTestMessageRepository } from './repositories/test-message-repository.ts';
import { reviewTemplates } from './usecases/review-templates.ts';
import { sweepLaunches } from './usecases/sweep-launches.ts';

const environment = parseConfig(config);
const sweepEveryMs = 5_000;
const reviewEveryMs = 2_000;

runService({
  name: 'campaign',
  config: environment,
  database: tables,
  build({ db, log, client, serve, onStop }) {
    const { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace } = environment;
    const temporal = createTemporalClient({ address, namespace });
    onStop('temporal', () => temporal.connection.close());

    const deps = {
      campaigns: createCampaignRepository(db),
      quotes: createQuoteRepository(db),
      launches: createLaunchRepository(db),
      controls: createControlRepository(db),
      templates: createTemplateRepository(db),
      templateProvider: createTemplateProvider(client(ProviderTemplateService)),
      testMessages: createTestMessageRepository(db),
      directory: createDirectory(client(OfferService), client(PlaceService)),
      audiences: createAudiences(client(AudienceService)),
      pricing: createPricing(client(HoldService), client(InvoiceService)),
      dispatch: createDispatch(client(DispatchService)),
      workflows: createWorkflowCommands(createCampaignWorkflows(temporal), {
        settleWindowSeconds: environment.SETTLE_WINDOW_SECONDS,
      }),
      shopAccess: createShopAccess(client(ShopService)),
      rates: {
        whatsapp: environment.WHATSAPP_PRICE_MICROS,
        push: environment.PUSH_PRICE_MICROS,
        in_app: environment.IN_APP_PRICE_MICROS,
      },
      // Push and inbox are bounded by this platform, not by a provider; both rates are cautious, for the estimate only.
      sendRates: { whatsapp: environment.WHATSAPP_RATE_PER_SECOND, push: 500, in_app: 2_000 },
      quoteTtlMs: environment.QUOTE_TTL_SECONDS * 1_000,
      newId,
      now: () => new Date(),
    };
    serve(CampaignService, createCampaignHandlers(deps));
    serve(LaunchService, createLaunchHandlers(deps));
    serve(TemplateService, createTemplateHandlers(deps));
    serve(TemplateStatusService, createTemplateStatusHandlers(deps));
    serve(CampaignStateService, createCampaignStateHandlers(deps));
    const pause = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }).catch(() => undefined);
    serve(ReportService, createReportHandlers({ ...deps, pause }));

    // Every process does it, which is harmless: the workflow knows each launch.
    const sweep = () =>
      sweepLaunches({
        ...deps,
        inCall: ({ campaignId, launchNo }, work) =>
          runInCall({ requestId: `launch.${campaignId}.${launchNo}` }, work).catch((err: unknown) =>
            log.warn({ err, campaignId, launchNo }, 'a launch could not be finished yet'),
          ),
      });
    const timer = setInterval(
      () => void sweep().catch((err: unknown) => log.warn({ err }, 'launches could not be swept')),
      sweepEveryMs,
    );
    onStop('launch sweep', () => clearInterval(timer));
    const review = setInterval(
      () =>
        void reviewTemplates(deps).catch((err: unknown) => log.warn({ err }, 'templates could not be reviewed yet')),
      reviewEveryMs,
    );
    onStop('template review', () => clearInterval(review));
  },
});
