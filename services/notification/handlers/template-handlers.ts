import type { TemplateService } from '@doffers/proto/notification/v1/template_service';
import type { Handlers } from '@doffers/rpc';
import { readTemplateStatus, submitTemplate } from '../usecases/provider-templates.ts';

/** Translates TemplateService between protobuf and the use cases; holds no rule of its own. */
export function createTemplateHandlers(deps: Parameters<typeof submitTemplate>[0]): Handlers<typeof TemplateService> {
  return {
    async submitTemplate({ name, language, body, examples }) {
      return submitTemplate(deps, { name, language, body, examples });
    },
    async getTemplateStatus({ name, language }) {
      return readTemplateStatus(deps, name, language);
    },
  };
}
