import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type SandboxProcess, startSandboxProcess } from '@doffers/testkit';
import { z } from 'zod';
import { breachesOf } from '../domain/fact-lock.ts';
import { someFacts } from '../test/facts.ts';
import { createCopyWriter } from './copy-writer.ts';
import { createTextModel, type TextModel, type TextModelOptions } from './openai.ts';

describe('the text model, against a strict provider', () => {
  let sandbox: SandboxProcess;
  before(async () => {
    sandbox = await startSandboxProcess();
  });
  after(() => sandbox.stop());

  const model = (changes: Partial<TextModelOptions> = {}): TextModel =>
    createTextModel({
      baseUrl: `${sandbox.url}/openai/v1`,
      apiKey: 'sandbox-openai-api-key',
      model: 'gpt-6-luna',
      ...changes,
    });
  const ask = (asked: TextModel) =>
    asked.ask({
      instructions: 'Answer.',
      data: { offer: { title: 'Flat 20% off' } },
      schema: z.strictObject({ title: z.string() }),
      name: 'title',
      safetyId: 'shop',
      maxOutputTokens: 200,
    });
  const scripted = async (action: object, asked = model()) => {
    await sandbox.script([{ match: { provider: 'openai' }, action, times: 1 }]);
    return ask(asked);
  };

  it('answers in the schema and says what it cost', async () => {
    const answer = await ask(model());
    assert.equal(answer.kind, 'answered');
    assert.ok(answer.kind === 'answered' && answer.value.title.length > 0 && answer.usage.inputTokens > 0);
  });

  it('writes copy that keeps to the facts in both languages', async () => {
    const writer = createCopyWriter(model());
    for (const language of ['english', 'hindi'] as const) {
      const written = await writer.write({ facts: someFacts(), tone: 'friendly', language, shopId: 's1', broken: [] });
      assert.equal(written.kind, 'written');
      assert.deepEqual(written.kind === 'written' && breachesOf(written.copy, someFacts(), language), []);
    }
  });

  it('tells a refusal, a broken answer and a wrong schema apart from an answer, and what they cost', async () => {
    const refused = await scripted({ type: 'refusal', text: 'I cannot help with that.' });
    assert.ok(refused.kind === 'unusable' && refused.reason === 'refused' && refused.usage.outputTokens > 0);
    for (const text of ['{"title": ', '{"name":"x"}']) {
      const malformed = await scripted({ type: 'answer', text });
      assert.ok(malformed.kind === 'unusable' && malformed.reason === 'malformed');
    }
  });

  it('passes on when a full provider may be asked again', async () => {
    const answer = await scripted({ type: 'error', code: 'rate_limit_exceeded', retryAfterSeconds: 2 });
    assert.deepEqual([answer.kind, answer.kind === 'retry' && answer.retryAfterMs], ['retry', 2_000]);
    assert.equal((await scripted({ type: 'status', status: 503 })).kind, 'retry');
  });

  it('does not ask again by itself', async () => {
    await scripted({ type: 'status', status: 500 });
    assert.equal((await ask(model())).kind, 'answered');
  });

  it('gives up at its deadline without knowing what happened', async () => {
    assert.equal((await scripted({ type: 'hang' }, model({ deadlineMs: 200 }))).kind, 'unknown');
    assert.equal((await scripted({ type: 'cut' })).kind, 'unknown');
  });

  it('takes a wrong key and a wrong model for what a person has to mend', async () => {
    assert.deepEqual(await ask(model({ apiKey: 'wrong-key-of-somebody' })), {
      kind: 'failed',
      code: 'invalid_api_key',
    });
    assert.deepEqual(await ask(model({ model: 'gpt-4o' })), { kind: 'failed', code: 'model_not_found' });
  });
});
