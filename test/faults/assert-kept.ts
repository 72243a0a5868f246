import assert from 'node:assert/strict';
import type { CrashedCampaign } from './crash-campaign.ts';

/** Lanes of a channel times the size of a group, as `services/notification/domain/grid.ts` has them at 1,000/s. */
const openOnWhatsapp = 8 * 32;
const openOnPush = 4 * 100;

/** What a campaign promises whatever crashes: nothing lost, nothing twice, paid for exactly what was delivered. */
export function assertPromisesKept({ state, kills, aftermaths, audit }: CrashedCampaign): void {
  assert.equal(state, 'COMPLETED');
  const { lost, duplicates, ledgerImbalancePaise, unexplained, miscounted, problems, books } = audit;
  assert.deepEqual([lost, duplicates, ledgerImbalancePaise, unexplained, miscounted], [0, 0, 0, 0, 0], problems.join());
  assert.equal(books.heldPaise, books.capturedPaise + books.releasedPaise);
  assert.ok(books.invoiceTotalPaise > 0 && books.invoicePdfBytes > 0, 'the invoice has its PDF');
  for (const [index, { unknown, sentAgain }] of aftermaths.entries()) {
    const kill = kills[index];
    const after = kill && `after ${kill.process} at ${kill.moment}`;
    assert.ok(unknown <= openOnWhatsapp, `${unknown} messages are unknown ${after}`);
    assert.ok(sentAgain <= openOnPush, `${sentAgain} pushes were sent again ${after}`);
  }
}
