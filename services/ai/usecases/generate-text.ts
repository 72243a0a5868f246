import { type Actor, actForShop } from '@doffers/ownership';
import type { CampaignCopy } from '../domain/campaign-copy.ts';
import { type Breach, breachesOf } from '../domain/fact-lock.ts';
import type { GeneratedText, ModelCall, TextOrder } from '../domain/generated-text.ts';
import type { OfferFacts } from '../domain/offer-facts.ts';
import { plainCopy } from '../domain/plain-copy.ts';
import type { Deps } from './deps.ts';

/**
 * Writes a campaign text for an offer of the shop. Never fails for the model's sake: an outage, a refusal and a text
 * that twice broke the facts all end in the plain text, and the answer says which one it is.
 *
 * @throws DomainError `SHOP_NOT_FOUND`, `OFFER_NOT_FOUND` or `IDEMPOTENCY_KEY_REUSED`
 */
export async function generateText(deps: Deps, actor: Actor, input: TextOrder): Promise<GeneratedText> {
  const { shopId, offerId } = input;
  const shop = await actForShop(deps.shopAccess, actor, shopId);
  const earlier = await deps.texts.findWritten(input);
  if (earlier !== undefined) return earlier; // before the model: a repeated call does not pay twice
  const facts = await deps.offers.factsOf(shop, offerId);
  const { calls, copy } = await askModel(deps, input, facts);
  const source = copy === undefined ? 'template' : 'model';
  const text = { ...(copy ?? plainCopy(facts, input.language)), id: deps.newId(), shopId, offerId, source } as const;
  return deps.texts.saveOnce(input, { ...text, createdAt: deps.now() }, calls);
}

type Asked = { readonly calls: readonly ModelCall[]; readonly copy?: CampaignCopy };

/** Asks once, and once more naming the rules that were broken. */
async function askModel({ writer }: Deps, { tone, language, shopId }: TextOrder, facts: OfferFacts): Promise<Asked> {
  const calls: ModelCall[] = [];
  let broken: readonly Breach[] = [];
  for (let attempt = 0; writer !== undefined && attempt < 2; attempt++) {
    const written = await writer.write({ facts, tone, language, shopId, broken });
    if (written.kind === 'unavailable') return { calls: [...calls, ...written.calls] };
    broken = breachesOf(written.copy, facts, language);
    calls.push({ ...written.call, outcome: broken.length === 0 ? 'used' : `broke ${broken.join(', ')}` });
    if (broken.length === 0) return { calls, copy: written.copy };
  }
  return { calls };
}
