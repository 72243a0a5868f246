import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  Template_State,
  TemplateCategory,
  type TemplateSchema,
  type TemplateService,
} from '@doffers/proto/campaign/v1/template_service';
import { pageOf, pageQuery } from '@doffers/resource';
import type { Handlers } from '@doffers/rpc';
import type { TemplateCategory as DomainCategory, Template, TemplateState } from '../domain/template.ts';
import type { Deps } from '../usecases/deps.ts';
import { createTemplate, listTemplates } from '../usecases/templates.ts';
import { actorIn } from './actor.ts';

/** Translates TemplateService between protobuf and the use cases; holds no rule of its own. */
export function createTemplateHandlers(deps: Deps): Handlers<typeof TemplateService> {
  return {
    async createTemplate({ shopId, requestId, name, language, body, examples, category }, context) {
      const input = { shopId, requestId, name, language, body, examples, category: categoryOf(category) };
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
  paused: Template_State.PAUSED,
  disabled: Template_State.DISABLED,
};

const categories: Record<DomainCategory, TemplateCategory> = {
  marketing: TemplateCategory.MARKETING,
  utility: TemplateCategory.UTILITY,
  authentication: TemplateCategory.AUTHENTICATION,
};

function categoryOf(message: TemplateCategory): DomainCategory {
  const names = ['marketing', 'utility', 'authentication'] as const;
  return names.find((name) => categories[name] === message) ?? 'marketing';
}

function toMessage(template: Template): MessageInitShape<typeof TemplateSchema> {
  const { id: templateId, shopId = '', name, language, body, variableCount, state, createdAt } = template;
  const { category, examples, rejectionReason } = template;
  return {
    templateId,
    shopId,
    name,
    language,
    category: categories[category],
    body,
    variableCount,
    examples: [...examples],
    state: states[state],
    rejectionReason,
    createTime: timestampFromDate(createdAt),
  };
}
