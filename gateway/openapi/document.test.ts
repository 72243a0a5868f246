import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { create, type DescMessage } from '@bufbuild/protobuf';
import { createValidator } from '@bufbuild/protovalidate';
import { CampaignService } from '@doffers/proto/campaign/v1/campaign_service';
import { FaultService } from '@doffers/proto/fault/v1/fault_service';
import { WhatsappWebhookService } from '@doffers/proto/notification/v1/whatsapp_webhook_service';
import { OfferService } from '@doffers/proto/offer/v1/offer_service';
import { ShopService } from '@doffers/proto/user/v1/shop_service';
import { Validator } from '@seriousme/openapi-schema-validator';
import { readMethod } from '../methods.ts';
import type { Schema } from './constraints.ts';
import { openApiDocument } from './document.ts';
import { operationsOf } from './operations.ts';
import { docsPage } from './page.ts';
import { createSchemas } from './schemas.ts';

const services = [CampaignService, FaultService, WhatsappWebhookService, OfferService, ShopService];
const document = openApiDocument(services);
const schemas = document.components.schemas;

/** Looks into a document by keys. */
function at(value: unknown, ...keys: readonly (string | number)[]): unknown {
  return keys.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown>)[key], value);
}

describe('the OpenAPI document', () => {
  it('is a valid one, as generated and as committed', async () => {
    const committed = await readFile(new URL('../openapi.json', import.meta.url), 'utf8');
    for (const source of [document, JSON.parse(committed) as object]) {
      const { valid, errors } = await new Validator().validate(structuredClone(JSON.parse(JSON.stringify(source))));
      assert.equal(valid, true, JSON.stringify(errors, null, 1));
    }
  });

  it('leaves out the service that exists for tests only', () => {
    assert.doesNotMatch(JSON.stringify(document), /faults|fault\.v1/);
  });

  it('names path parameters by the field at their end', () => {
    const operation = at(document.paths, '/v1/offers/{offerId}', 'patch');
    assert.deepEqual(at(operation, 'parameters', 0, 'name'), 'offerId');
    assert.deepEqual(at(operation, 'parameters', 1, 'name'), 'updateMask');
  });

  it('takes what travels in the path out of the body', () => {
    const properties = at(schemas, 'user.v1.RejectShopRequest', 'properties') as object;
    assert.deepEqual(Object.keys(properties), ['requestId', 'reason']);
    assert.deepEqual(at(schemas, 'user.v1.RejectShopRequest', 'required'), ['requestId', 'reason']);
  });

  it('requires nothing of a partial update, whose result the service validates', () => {
    const patch = at(schemas, 'offer.v1.Offer.Patch') as Schema;
    assert.equal(patch.required, undefined);
    assert.equal(patch.additionalProperties, false);
    assert.ok(at(patch, 'properties', 'discount'));
  });

  it('takes the rules of a field over', () => {
    assert.deepEqual(at(schemas, 'offer.v1.CreateOfferRequest', 'properties', 'title'), {
      type: 'string',
      minLength: 3,
      maxLength: 120,
      pattern: '^(\\P{Cc}*[^\\p{C}\\p{Z}]\\P{Cc}*)?$',
    });
    assert.deepEqual(at(schemas, 'campaign.v1.CreateCampaignRequest', 'properties', 'channels', 'items', 'enum'), [
      'WHATSAPP',
      'PUSH',
      'IN_APP',
    ]);
    const pincodes = at(schemas, 'campaign.v1.Audience', 'properties', 'pincodes') as Schema;
    assert.equal(pincodes.maxItems, 200);
    assert.equal(pincodes.uniqueItems, true);
    assert.deepEqual(pincodes.items, { type: 'string', pattern: '^[1-9][0-9]{5}$' });
  });

  it('writes whole numbers of 64 bits as text, with their bounds for who wants to know', () => {
    const amount = at(schemas, 'offer.v1.FlatDiscount', 'properties', 'amountPaise') as Schema;
    assert.equal(amount.type, 'string');
    assert.equal(amount['x-minimum'], '1');
    assert.equal(amount['x-maximum'], '1000000000');
  });

  it('allows one alternative of a oneof', () => {
    assert.deepEqual(at(schemas, 'offer.v1.Discount', 'oneOf'), [{ required: ['percent'] }, { required: ['flat'] }]);
  });

  it('promises in an answer every field that is always printed, and no other', () => {
    const required = at(schemas, 'offer.v1.Offer', 'required') as string[];
    assert.ok(required.includes('state') && required.includes('etag') && required.includes('pincode'));
    assert.ok(!required.includes('createTime') && !required.includes('discount'));
    assert.equal(at(schemas, 'offer.v1.Offer', 'additionalProperties'), undefined, 'answers may grow');
  });

  it('answers a creation with 201 and its place, everything else with 200', () => {
    const created = at(document.paths, '/v1/shops/{shopId}/offers', 'post', 'responses');
    assert.ok(at(created, '201', 'headers', 'location'));
    assert.equal(at(created, '200'), undefined);
    assert.ok(at(document.paths, '/v1/offers/{offerId}:publish', 'post', 'responses', '200'));
  });

  it('tells who may call', () => {
    const publish = at(document.paths, '/v1/offers/{offerId}:publish', 'post') as Schema;
    assert.deepEqual(publish.security, [{ bearer: [] }]);
    assert.deepEqual(publish['x-roles'], ['shopkeeper', 'admin']);
    assert.deepEqual(at(document.paths, '/v1/offers/{offerId}', 'get', 'security'), [{}, { bearer: [] }]);
  });

  it('hands webhooks over as bytes, and dots the names of nested query parameters', () => {
    assert.deepEqual(at(document.paths, '/webhooks/whatsapp', 'post', 'requestBody', 'content'), {
      '*/*': { schema: {} },
    });
    const names = at(document.paths, '/webhooks/whatsapp', 'get', 'parameters') as Schema[];
    assert.deepEqual(
      names.map(({ name }) => name),
      ['hub.mode', 'hub.challenge', 'hub.verifyToken'],
    );
  });

  it('describes a stream as server-sent events', () => {
    const [stream] = operationsOf(
      readMethod(FaultService.method.stream),
      createSchemas(() => 'answer'),
    );
    assert.ok(at(stream?.operation, 'responses', '200', 'content', 'text/event-stream'));
  });

  it('requires exactly the fields without which the service refuses', () => {
    const validator = createValidator();
    const requests = services.flatMap(({ methods }) => methods.map(({ input }) => input));
    for (const message of requests.filter(({ typeName }) => schemas[typeName.replace('doffers.', '')] !== undefined)) {
      const schema = schemas[message.typeName.replace('doffers.', '')];
      const properties = Object.keys((schema?.properties ?? {}) as object);
      const refused = refusedFields(message, validator).filter((name) => properties.includes(name));
      assert.deepEqual((schema?.required as string[] | undefined) ?? [], refused, message.typeName);
    }
  });

  it('refuses two methods on one path', () => {
    assert.throws(() => openApiDocument([ShopService, ShopService]), /claimed twice/);
  });
});

function refusedFields(message: DescMessage, validator: ReturnType<typeof createValidator>): readonly string[] {
  const { violations = [] } = validator.validate(message, create(message));
  return violations.flatMap(({ field: [part] }) => (part?.kind === 'field' ? [part.jsonName] : []));
}

describe('the page for people', () => {
  const page = docsPage(document, 'a{}');

  it('has a place for every operation and every schema, and no link into nothing', () => {
    const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const operations = Object.values(document.paths).flatMap((verbs) => Object.values(verbs));
    for (const { operationId } of operations) assert.ok(ids.has(String(operationId)));
    for (const name of Object.keys(schemas)) assert.ok(ids.has(name), name);
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) assert.ok(ids.has(target), target);
  });

  it('needs nothing from elsewhere', () => {
    assert.doesNotMatch(page, /<script|<link|src=|url\(|https?:\/\//);
  });
});
