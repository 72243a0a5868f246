import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeCopy } from './copywriter.ts';
import { factsOf } from './facts.ts';
import { answerSchema, shorten } from './schema-answer.ts';

const offer = {
  language: 'en',
  shop: { name: 'Chai Point' },
  offer: { title: 'Fresh samosas', percent: 20, price_paise: 4900 },
};
const answer = (schema: object, data: object = offer) => {
  const facts = factsOf(`Here is the offer: ${JSON.stringify(data)}`);
  return answerSchema(schema as Record<string, unknown>, facts, writeCopy(facts));
};

test('copy is written from the offer of the request, and promises nothing else', () => {
  const copy = answer({
    type: 'object',
    properties: {
      whatsapp: { type: 'string', maxLength: 1024 },
      title: { type: 'string', maxLength: 50 },
      push_body: { type: 'string', maxLength: 150 },
    },
  }) as Record<string, string>;
  assert.equal(copy.title, 'Fresh samosas, 20% off');
  assert.match(copy.whatsapp ?? '', /Chai Point.*Fresh samosas, 20% off/);
  const numbers = Object.values(copy).join(' ').match(/\d+/g);
  assert.deepEqual(new Set(numbers), new Set(['20']));
});

test('it is written in the language that is asked for', () => {
  const schema = { type: 'object', properties: { message: { type: 'string' } } };
  const scripts: [string, RegExp][] = [
    ['hi', /\p{Script=Devanagari}/u],
    ['hindi', /\p{Script=Devanagari}/u],
    ['ta', /\p{Script=Tamil}/u],
    ['te-IN', /\p{Script=Telugu}/u],
    ['ur', /\p{Script=Arabic}/u],
  ];
  for (const [language, script] of scripts) {
    const { message } = answer(schema, { ...offer, language }) as { message: string };
    assert.match(message, script, language);
  }
});

test('every kind of schema is filled with something that fits', () => {
  const schema = {
    type: 'object',
    properties: {
      tone: { enum: ['warm', 'plain'] },
      language: { enum: ['hi', 'en'] },
      fixed: { const: 7 },
      percent: { type: 'integer', minimum: 1, maximum: 15 },
      count: { type: 'integer', minimum: 3 },
      ok: { type: 'boolean' },
      hint: { anyOf: [{ type: 'null' }, { type: 'string' }] },
      variables: { type: 'array', minItems: 2, items: { $ref: '#/$defs/word' } },
      nested: { $ref: '#/$defs/nested' },
    },
    $defs: {
      word: { type: 'string', maxLength: 5 },
      nested: { type: 'object', properties: { title: { type: 'string' } } },
    },
  };
  const filled = answer(schema) as Record<string, unknown>;
  assert.equal(filled.tone, 'warm');
  assert.equal(filled.language, 'en');
  assert.equal(filled.fixed, 7);
  assert.equal(filled.percent, 15);
  assert.equal(filled.count, 3);
  assert.equal(filled.ok, false);
  assert.equal(typeof filled.hint, 'string');
  assert.deepEqual(
    (filled.variables as string[]).map((text) => text.length <= 5),
    [true, true],
  );
  assert.deepEqual(filled.nested, { title: 'Fresh samosas, 20% off' });
});

test('a text is cut at a word and never inside what a reader sees as one character', () => {
  assert.equal(shorten('Fresh samosas today', 14), 'Fresh samosas');
  assert.equal(shorten('👨‍👩‍👧👨‍👩‍👧', 9), '👨‍👩‍👧');
  assert.equal(shorten('short', 10), 'short');
});
