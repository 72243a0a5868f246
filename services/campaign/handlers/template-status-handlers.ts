import type { TemplateStatusService } from '@doffers/proto/campaign/v1/template_status_service';
import type { Handlers } from '@doffers/rpc';
import type { Deps } from '../usecases/deps.ts';
import { recordTemplateStatus } from '../usecases/review-templates.ts';

/** Translates TemplateStatusService, which notification alone calls. */
export function createTemplateStatusHandlers(deps: Pick<Deps, 'templates'>): Handlers<typeof TemplateStatusService> {
  return {
    async recordTemplateStatus({ name, language, status, reason }) {
      await recordTemplateStatus(deps, { name, language, status, reason });
      return {};
    },
  };
}
