import { type Actor, actForShop } from '@doffers/ownership';
import type { PageQuery } from '@doffers/resource';
import { lintTemplate, type NewTemplate, type Template, variableCount } from '../domain/template.ts';
import type { Deps } from './deps.ts';

type TemplateDeps = Pick<Deps, 'templates' | 'shopAccess' | 'newId' | 'now'>;

/**
 * Checks a shop's template and stores it. It stays pending, and no campaign can send it, until it has been submitted to
 * the provider and approved there: the platform's account is shared by all shops, so people submit on their behalf.
 *
 * @throws DomainError `SHOP_NOT_FOUND`, `TEMPLATE_INVALID`, `TEMPLATE_EXISTS` or `IDEMPOTENCY_KEY_REUSED`
 */
export async function createTemplate(deps: TemplateDeps, actor: Actor, input: NewTemplate): Promise<Template> {
  const { shopId, name, language, body } = input;
  await actForShop(deps.shopAccess, actor, shopId);
  lintTemplate(body);
  return deps.templates.createOnce(input, () => ({
    id: deps.newId(),
    shopId,
    name,
    language,
    body,
    variableCount: variableCount(body),
    state: 'pending',
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
