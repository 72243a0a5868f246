import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createDatabase, type Database, migrate, newId } from '@doffers/database';
import { createTestDatabase, type TestDatabase } from '@doffers/testkit';
import type { GeneratedText, ModelCall, TextOrder } from '../domain/generated-text.ts';
import { Texts1795400000000 } from '../migrations/1795400000000-texts.ts';
import { ModelCallEntity, TextEntity } from './text-entities.ts';
import { createTextRepository, type TextRepository } from './text-repository.ts';

const call: ModelCall = { model: 'm', providerRequestId: 'r', inputTokens: 10, outputTokens: 20, outcome: 'used' };

describe('text repository', () => {
  let place: TestDatabase;
  let db: Database;
  let texts: TextRepository;
  before(async () => {
    place = await createTestDatabase('ai');
    db = createDatabase({ url: place.url, entities: [TextEntity, ModelCallEntity], migrations: [Texts1795400000000] });
    await migrate(db);
    await db.initialize();
    texts = createTextRepository(db);
  });
  after(async () => {
    await db.destroy();
    await place.drop();
  });

  const input = (changes: Partial<TextOrder> = {}): TextOrder => ({
    shopId: newId(),
    offerId: newId(),
    requestId: newId(),
    tone: 'friendly',
    language: 'hindi',
    ...changes,
  });
  const written = ({ shopId, offerId }: TextOrder): GeneratedText => ({
    id: newId(),
    shopId,
    offerId,
    source: 'model',
    createdAt: new Date('2026-11-23T06:00:00Z'),
    whatsappBody: 'आशा स्टोर्स पर छूट 🪔',
    title: 'छूट',
    body: 'छूट',
  });

  it('finds nothing for a new command and leaves no trace of having looked', async () => {
    const asked = input();
    assert.equal(await texts.findWritten(asked), undefined);
    const text = written(asked);
    assert.deepEqual(await texts.saveOnce(asked, text, [call]), text);
    assert.deepEqual(await texts.findWritten(asked), text);
  });

  it('answers two writers of one command with the same text, and keeps what both paid for', async () => {
    const asked = input();
    const both = await Promise.all([0, 1].map(() => texts.saveOnce(asked, written(asked), [call])));
    assert.equal(both[0]?.id, both[1]?.id);
    assert.equal(await db.getRepository(ModelCallEntity).countBy({ shopId: asked.shopId }), 2);
    assert.equal((await texts.listOfShop({ shopId: asked.shopId, limit: 10, after: undefined })).length, 1);
  });

  it('refuses a request id that comes back for another offer', async () => {
    const asked = input();
    await texts.saveOnce(asked, written(asked), []);
    await assert.rejects(texts.findWritten({ ...asked, offerId: newId() }), { reason: 'IDEMPOTENCY_KEY_REUSED' });
  });
});
