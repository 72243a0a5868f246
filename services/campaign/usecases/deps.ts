import type { ReadShopAccess } from '@doffers/ownership';
import type { Audiences } from '../clients/audiences.ts';
import type { CampaignWorkflows } from '../clients/campaign-workflows.ts';
import type { Directory } from '../clients/directory.ts';
import type { Dispatch } from '../clients/dispatch.ts';
import type { Pricing } from '../clients/pricing.ts';
import type { TemplateProvider } from '../clients/template-provider.ts';
import type { Rates, SendRates } from '../domain/quote.ts';
import type { CampaignRepository } from '../repositories/campaign-repository.ts';
import type { ControlRepository } from '../repositories/control-repository.ts';
import type { LaunchRepository } from '../repositories/launch-repository.ts';
import type { QuoteRepository } from '../repositories/quote-repository.ts';
import type { TemplateRepository } from '../repositories/template-repository.ts';
import type { TestMessageRepository } from '../repositories/test-message-repository.ts';

/** What the use cases need from outside. */
export type Deps = {
  readonly campaigns: CampaignRepository;
  readonly quotes: QuoteRepository;
  readonly launches: LaunchRepository;
  readonly controls: ControlRepository;
  readonly templates: TemplateRepository;
  readonly templateProvider: TemplateProvider;
  readonly testMessages: TestMessageRepository;
  readonly directory: Directory;
  readonly audiences: Audiences;
  readonly pricing: Pricing;
  readonly dispatch: Dispatch;
  readonly workflows: CampaignWorkflows;
  readonly shopAccess: ReadShopAccess;
  readonly rates: Rates;
  readonly sendRates: SendRates;
  readonly quoteTtlMs: number;
  readonly newId: () => string;
  readonly now: () => Date;
};
