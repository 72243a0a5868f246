import { auditCampaign, type CampaignAudit } from '../audit/audit-campaign.ts';
import { seedCustomers } from '../platform/seed-customers.ts';
import type { Stack } from '../stack/stack.ts';
import { count } from './amounts.ts';
import { type CampaignEnd, runCampaign } from './campaign.ts';
import type { Addresses } from './people.ts';
import type { Display } from './progress-bar.ts';
import { openShop, shopFront } from './shop.ts';
import { createSteps, type Step } from './steps.ts';

type Options = {
  readonly stack: Stack;
  readonly customers: number;
  readonly say: (text: string) => void;
  readonly display: Display;
};

export type Story = {
  readonly shopId: string;
  readonly offerId: string;
  /** Synthetic customers that the stack has. */
  readonly seeded: number;
  readonly campaign: CampaignEnd;
  readonly audit: Pick<
    CampaignAudit,
    'duplicates' | 'lost' | 'ledgerImbalancePaise' | 'pushRepeats' | 'problems' | 'channels'
  >;
  readonly steps: readonly Step[];
};

/**
 * One real campaign, as a shopkeeper lives it and through REST alone. Every telling has a shop, an offer and a campaign
 * of its own, so that it may be told on a stack as often as one likes; the customers are the same each time.
 */
export async function tellStory({ stack, customers, say, display }: Options): Promise<Story> {
  const addresses: Addresses = {
    gatewayUrl: `http://127.0.0.1:${stack.ports.gateway.http}`,
    sandboxUrl: `http://127.0.0.1:${stack.ports.sandbox.http}`,
  };
  const { step, taken } = createSteps(say);
  const { there } = await step(
    ({ there: all, added }) =>
      added > 0
        ? `${count(added)} synthetic customers move to Bengaluru, ${count(all)} in all`
        : `${count(all)} synthetic customers live in Bengaluru already`,
    () => seedCustomers(stack, { customers, pincode: shopFront.pincode }),
  );
  const shop = await openShop({ addresses, stack, step });
  const campaign = await runCampaign({ addresses, stack, step, display, shop });
  const audit = await step('recorder, delivery ledger and books are compared row by row', () =>
    auditCampaign(stack, campaign.campaignId),
  );
  return { shopId: shop.shopId, offerId: shop.offerId, seeded: there, campaign, audit, steps: taken };
}
