import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { announcement } from '../test/fake-deps.ts';
import { assertSendable, nameAtProvider, providerName, stateOf } from './template.ts';

describe('the values of a template', () => {
  const values = ['Asha', 'Asha Stores', '20% off', '30 November'];

  it('are one for each variable, none of them empty or broken', () => {
    assertSendable(announcement, values);
    for (const wrong of [
      [],
      values.slice(1),
      [...values, 'x'],
      ['', ...values.slice(1)],
      ['a\nb', ...values.slice(1)],
    ]) {
      assert.throws(() => assertSendable(announcement, wrong), { reason: 'TEMPLATE_VARIABLES' });
    }
  });

  it('are asked for only when the template is approved', () => {
    for (const template of [undefined, { ...announcement, state: 'pending' as const }]) {
      assert.throws(() => assertSendable(template, values), { reason: 'TEMPLATE_NOT_APPROVED' });
    }
  });
});

describe('the name of a template at the provider', () => {
  it('is its own for the platform, and carries the shop for a shop', () => {
    const shopId = '019ab000-0000-7000-8000-00000000000a';
    for (const template of [
      { shopId: undefined, name: 'notice' },
      { shopId, name: 'diwali_2026' },
    ]) {
      assert.match(providerName(template), /^[a-z0-9_]+$/);
      assert.deepEqual(nameAtProvider(providerName(template)), template);
    }
  });

  it('has a judgement in words, of which some mean nothing to us', () => {
    assert.deepEqual(['APPROVED', 'DELETED', 'IN_APPEAL'].map(stateOf), ['approved', 'disabled', undefined]);
  });
});
