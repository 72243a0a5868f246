import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { create, createFileRegistry, type DescMessage, type MessageInitShape, setExtension } from '@bufbuild/protobuf';
import { MessageOptionsSchema } from '@bufbuild/protobuf/wkt';
import { MessageRulesSchema, message as messageRules } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import { DomainError } from '@doffers/errors';
import {
  EchoRequestSchema,
  EchoResponseSchema,
  FailRequestSchema,
  FaultService,
  StreamRequestSchema,
} from '@doffers/proto/fault/v1/fault_service';
import { ShopSchema, UpdateShopRequestSchema } from '@doffers/proto/user/v1/shop_service';
import { validateMessage } from './index.ts';
import { wordsOfPattern } from './pattern-words.ts';
import { descriptorSetOf } from './test/fault-variant.ts';
import { compileRules, jsonPath } from './validation.ts';

function refusalOf<D extends DescMessage>(schema: D, init: MessageInitShape<D>): DomainError {
  try {
    validateMessage(schema, create(schema, init));
  } catch (error) {
    assert.ok(error instanceof DomainError);
    return error;
  }
  return assert.fail('the message was accepted');
}

test('accepts a message that keeps its rules', () => {
  validateMessage(EchoRequestSchema, create(EchoRequestSchema, { pincodes: ['560001'] }));
});

test('reports every violation at once, under one reason', () => {
  const error = refusalOf(EchoRequestSchema, {
    text: 'x'.repeat(201),
    pincodes: ['560001', 'abc', '0'],
    requestId: '!',
  });
  assert.equal(error.code, 'invalid_argument');
  assert.equal(error.reason, 'VALIDATION');
  assert.deepEqual(
    error.fields.map(({ field, reason }) => [field, reason]),
    [
      ['text', 'string.max_len'],
      ['pincodes[1]', 'string.pattern'],
      ['pincodes[2]', 'string.pattern'],
      ['requestId', 'string.pattern'],
    ],
  );
  for (const { description } of error.fields) assert.notEqual(description, '');
});

test('the message names the fields, so that a person without a form knows where to look', () => {
  const error = refusalOf(StreamRequestSchema, { count: -1, failAt: -1 });
  assert.equal(error.message, 'check count, failAt');
});

test('writes fields as a JSON client does', () => {
  assert.deepEqual(
    refusalOf(FailRequestSchema, { code: 17 }).fields.map(({ field }) => field),
    ['code'],
  );
  assert.deepEqual(
    refusalOf(StreamRequestSchema, { delayMs: 70_000 }).fields.map(({ field }) => field),
    ['delayMs'],
  );
});

test('writes paths into messages, lists and maps as programmers do', () => {
  const { shop } = UpdateShopRequestSchema.field;
  const { shopId } = ShopSchema.field;
  const { pincodes } = EchoRequestSchema.field;
  const { metadata } = EchoResponseSchema.field;
  assert.equal(jsonPath([shop, shopId]), 'shop.shopId');
  assert.equal(jsonPath([shop, pincodes, { kind: 'list_sub', index: 1 }]), 'shop.pincodes[1]');
  assert.equal(jsonPath([metadata, { kind: 'map_sub', key: 'a"b' }]), 'metadata["a\\"b"]');
  assert.equal(jsonPath([metadata, { kind: 'map_sub', key: 7n }]), 'metadata["7"]');
});

test('does not repeat what was sent, which may be personal', () => {
  const error = refusalOf(EchoRequestSchema, { requestId: 'Asha!' });
  assert.ok(!JSON.stringify([error.message, error.fields]).includes('Asha'));
});

test('says in words what form a field must have, and what a rule over the whole message wants', () => {
  const { fields } = refusalOf(EchoRequestSchema, { pincodes: ['abc'] });
  assert.equal(fields[0]?.description, 'must be a PIN code of six digits');
  assert.equal(refusalOf(UpdateShopRequestSchema, { shop: { shopId: 'x' } }).message, 'shopId must be a valid UUID');
});

test('has words for every pattern of the protos', () => {
  const directory = new URL('../../proto/doffers/', import.meta.url);
  const sources = globSync('**/*.proto', { cwd: directory }).map((path) =>
    readFileSync(new URL(path, directory), 'utf8'),
  );
  const patterns = sources.flatMap((source) =>
    [...source.matchAll(/pattern(?:: | = )"(.*)"/g)].map(([, text]) => text),
  );
  assert.ok(patterns.length > 20);
  const wordless = patterns.filter((text = '') => !wordsOfPattern.has(text.replaceAll('\\\\', '\\')));
  assert.deepEqual(wordless, []);
});

test('a name must be one line with something to read in it, in any script', () => {
  const nameOf = (name: string) => create(ShopSchema, { shopId: crypto.randomUUID(), name, pincode: '560034' });
  for (const name of ['Asha', 'आशा स्टोर्स ', 'क्\u200dष', 'Jain & Sons 🪔']) validateMessage(ShopSchema, nameOf(name));
  for (const name of ['   ', '\u00a0\u2003', '\u200b\u200d', 'Asha\u0000', 'two\nlines']) {
    assert.throws(() => validateMessage(ShopSchema, nameOf(name)), { reason: 'VALIDATION' }, JSON.stringify(name));
  }
});

test('a rule that does not compile is found before the first request', () => {
  const set = descriptorSetOf(FaultService.file);
  const request = set.file.at(-1)?.messageType.find(({ name }) => name === 'EchoRequest') ?? assert.fail();
  request.options = create(MessageOptionsSchema);
  setExtension(
    request.options,
    messageRules,
    create(MessageRulesSchema, { cel: [{ id: 'x', expression: 'this.nothing > 1' }] }),
  );
  const broken = createFileRegistry(set).getMessage('doffers.fault.v1.EchoRequest') ?? assert.fail();
  assert.throws(() => compileRules(broken), /the rules of doffers\.fault\.v1\.EchoRequest do not compile/);
  assert.doesNotThrow(() => compileRules(EchoRequestSchema));
});
