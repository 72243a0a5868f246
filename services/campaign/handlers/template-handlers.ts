import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Template_State, type TemplateSchema, type TemplateService } from '@doffers/proto/campaign/v1/template_service';
import { pageOf, pageQuery } from '@doffers/resource';
import type { Handlers } from '@doffers/rpc';
import type { Template, TemplateState } from '../domain/template.ts';
import type { Deps } from '../usecases/deps.ts';
import { createTemplate, listTemplates } from '../usecases/templates.ts';
import { actorIn } from './actor.ts';

/** Translates TemplateService between protobuf and the use cases; holds no rule of its own. */
export function createTemplateHandlers(deps: Deps): Handlers<typeof TemplateService> {
  return {
    async createTemplate({ shopId, requestId, name, language, body }, context) {
      const input = { shopId, requestId, name, language, body };
      const template = await createTemplate(deps, actorIn(context), input);
      context.created();
      return toMessage(template);
    },
    async listTemplates(request, context) {
      const query = pageQuery(request);
      const templates = await listTemplates(deps, actorIn(context), { shopId: request.shopId, ...query });
      const { page, nextPageToken } = pageOf(templates, query);
      return { templates: page.map(toMessage), nextPageToken };
    },
  };
}

const states: Record<TemplateState, Template_State> = {
  approved: Template_State.APPROVED,
  pending: Template_State.PENDING,
  rejected: Template_State.REJECTED,
};

function toMessage(template: Template): MessageInitShape<typeof TemplateSchema> {
  const { id: templateId, shopId = '', name, language, body, variableCount, state, createdAt } = template;
  const createTime = timestampFromDate(createdAt);
  return { templateId, shopId, name, language, body, variableCount, state: states[state], createTime };
}
