import { type Actor, actForShop } from '@doffers/ownership';
import type { PageQuery } from '@doffers/resource';
import type { NewTemplate, Template } from '../domain/template.ts';
import { lintTemplate, variableCount } from '../domain/template-lint.ts';
import type { Deps } from './deps.ts';

type TemplateDeps = Pick<Deps, 'templates' | 'shopAccess' | 'newId' | 'now'>;

/**
 * Checks a shop's template and stores it. `reviewTemplates` submits it a moment later; it stays pending, and no campaign
 * can send it, until the provider has approved it.
 *
 * @throws DomainError `SHOP_NOT_FOUND`, `TEMPLATE_INVALID`, `TEMPLATE_VARIABLE_UNKNOWN`, `TEMPLATE_EXISTS` or `IDEMPOTENCY_KEY_REUSED`
 */
export async function createTemplate(deps: TemplateDeps, actor: Actor, input: NewTemplate): Promise<Template> {
  const { shopId, name, language, category, body, examples } = input;
  await actForShop(deps.shopAccess, actor, shopId);
  lintTemplate(input);
  return deps.templates.createOnce(input, () => ({
    id: deps.newId(),
    shopId,
    name,
    language,
    category,
    body,
    variableCount: variableCount(body),
    examples,
    state: 'pending',
    rejectionReason: '',
    createdAt: deps.now(),
  }));
}

/**
 * Lists a shop's templates and the platform's, newest first.
 *
 * @throws DomainError `SHOP_NOT_FOUND`
 */
export async function listTemplates(
  deps: Pick<Deps, 'templates' | 'shopAccess'>,
  actor: Actor,
  query: PageQuery & { readonly shopId: string },
): Promise<readonly Template[]> {
  await actForShop(deps.shopAccess, actor, query.shopId);
  return deps.templates.listForShop(query);
}
