import { type Database, idToBytes, transaction } from '@doffers/database';
import { DomainError } from '@doffers/errors';
import type { Channel } from '../domain/campaign.ts';
import { requestIdReused } from '../domain/launch.ts';
import { lockCampaign } from './campaign-repository.ts';

export type TestMessage = {
  readonly campaignId: string;
  readonly requestId: string;
  readonly userId: string;
  readonly channel: Channel;
  readonly createdAt: Date;
};

export type TestMessageRepository = {
  /**
   * Numbers a test message; a repeated request has its first number. One that was refused keeps its number too: what
   * is limited are attempts.
   * @throws DomainError `TEST_LIMIT` or `IDEMPOTENCY_KEY_REUSED`
   */
  number(test: TestMessage, limit: number): Promise<number>;
};

export function createTestMessageRepository(db: Database): TestMessageRepository {
  return {
    number: ({ campaignId, requestId, userId, channel, createdAt }, limit) =>
      transaction(db, async (tx) => {
        await lockCampaign(tx, campaignId);
        const id = idToBytes(campaignId);
        const [same] = await tx.query(
          'SELECT number, channel FROM test_message WHERE campaign_id = ? AND request_id = ?',
          [id, requestId],
        );
        if (same !== undefined) {
          if (same.channel !== channel) throw requestIdReused();
          return Number(same.number);
        }
        const [{ sent }] = await tx.query('SELECT COUNT(*) AS sent FROM test_message WHERE campaign_id = ?', [id]);
        const number = Number(sent) + 1;
        if (number > limit) {
          const message = `a campaign has at most ${limit} test messages`;
          throw new DomainError('failed_precondition', 'TEST_LIMIT', message);
        }
        await tx.query(
          `INSERT INTO test_message (campaign_id, number, request_id, user_id, channel, created_at)
           VALUES (?, ?, ?, ?, ?, ?)`,
          [id, number, requestId, idToBytes(userId), channel, createdAt],
        );
        return number;
      }),
  };
}
