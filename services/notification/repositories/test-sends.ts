import { type Database, idToBytes, isDuplicateKey } from '@doffers/database';

/** A test message by its campaign and number. */
type TestSend = { readonly campaignId: string; readonly number: number };

export type TestSends = {
  /** Begins a test message; when it was begun before, what came of it: undefined while nobody knows. */
  begin(test: TestSend, at: Date): Promise<'begun' | { readonly providerId: string | undefined }>;
  sent(test: TestSend, providerId: string): Promise<void>;
  /** The provider did not take it: it may be tried again. */
  refused(test: TestSend): Promise<void>;
};

export function createTestSends(db: Database): TestSends {
  const keyOf = ({ campaignId, number }: TestSend) => [idToBytes(campaignId), number];
  return {
    async begin(test, at) {
      try {
        await db.query('INSERT INTO test_send (campaign_id, number, created_at) VALUES (?)', [[...keyOf(test), at]]);
        return 'begun';
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
      const [row] = await db.query(
        'SELECT provider_id FROM test_send WHERE campaign_id = ? AND number = ?',
        keyOf(test),
      );
      return { providerId: row?.provider_id ?? undefined };
    },
    async sent(test, providerId) {
      const id = providerId.slice(0, 128);
      await db.query('UPDATE test_send SET provider_id = ? WHERE campaign_id = ? AND number = ?', [id, ...keyOf(test)]);
    },
    async refused(test) {
      await db.query('DELETE FROM test_send WHERE campaign_id = ? AND number = ?', keyOf(test));
    },
  };
}
