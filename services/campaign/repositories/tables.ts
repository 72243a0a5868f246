import { Campaigns1795400000000 } from '../migrations/1795400000000-campaigns.ts';
import { Launches1795500200000 } from '../migrations/1795500200000-launches.ts';
import { TemplateReview1795610000000 } from '../migrations/1795610000000-template-review.ts';
import { AudienceCities1795650900000 } from '../migrations/1795650900000-audience-cities.ts';
import { CampaignEntity } from './campaign-entity.ts';
import { ControlEntity } from './control-repository.ts';
import { LaunchEntity } from './launch-entity.ts';
import { QuoteEntity } from './quote-repository.ts';
import { TemplateEntity } from './template-repository.ts';

/** Everything the service keeps, for its data source. */
export const tables = {
  entities: [CampaignEntity, QuoteEntity, LaunchEntity, ControlEntity, TemplateEntity],
  migrations: [Campaigns1795400000000, Launches1795500200000, TemplateReview1795610000000, AudienceCities1795650900000],
};
