import assert from 'node:assert/strict';
import { test } from 'node:test';
import { strictViolation } from './strict-schema.ts';

const strict = (properties: object, more: object = {}) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...more,
});

test('a schema that lists everything and allows nothing else is strict', () => {
  assert.equal(strictViolation(strict({ a: { type: 'string' }, b: strict({ c: { type: 'number' } }) })), undefined);
});

test('a missing requirement or an open object is found at any depth', () => {
  const open = strict({ a: { type: 'string' } }, { additionalProperties: undefined });
  const optional = strict({ a: { type: 'string' } }, { required: [] });
  for (const wrong of [open, optional]) {
    assert.equal(typeof strictViolation(wrong), 'string');
    assert.equal(typeof strictViolation(strict({ list: { type: 'array', items: wrong } })), 'string');
    assert.equal(typeof strictViolation(strict({ either: { anyOf: [{ type: 'null' }, wrong] } })), 'string');
    assert.equal(typeof strictViolation({ ...strict({}), $defs: { wrong } }), 'string');
  }
});
