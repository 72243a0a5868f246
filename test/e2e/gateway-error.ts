import assert from 'node:assert/strict';
import type { RestResponse } from '@doffers/testkit';

export type Refusal = {
  readonly status: number;
  readonly code: number;
  readonly reason: string;
  readonly message?: string | RegExp;
};

type Detail = { readonly '@type': string } & Readonly<Record<string, unknown>>;

/** Asserts the one error shape, exactly: these keys and no others, a message, details of known types. */
export function assertErrorShape({ body, headers }: RestResponse): readonly Detail[] {
  assert.equal(headers.get('content-type'), 'application/json');
  assert.deepEqual(Object.keys(body).toSorted(), ['code', 'details', 'message']);
  assert.ok(Number.isInteger(body.code), JSON.stringify(body));
  assert.ok(typeof body.message === 'string' && body.message !== '', JSON.stringify(body));
  const details = body.details as readonly Detail[];
  assert.ok(Array.isArray(details));
  for (const detail of details) assertDetail(detail);
  for (const name of ['grpc-status', 'grpc-message', 'x-http-status']) assert.equal(headers.get(name), null, name);
  return details;
}

function assertDetail(detail: Detail): void {
  switch (detail['@type']) {
    case 'type.googleapis.com/google.rpc.ErrorInfo': {
      const { '@type': _, reason, domain, metadata = {}, ...others } = detail;
      assert.match(String(reason), /^[A-Z][A-Z0-9_]+$/);
      assert.equal(domain, 'doffers.in');
      for (const value of Object.values(metadata as object)) assert.equal(typeof value, 'string');
      assert.deepEqual(others, {});
      return;
    }
    case 'type.googleapis.com/google.rpc.BadRequest': {
      const violations = detail.fieldViolations as readonly Record<string, unknown>[];
      assert.ok(violations.length > 0);
      for (const { field, description, reason } of violations) {
        for (const text of [field, description, reason]) assert.equal(typeof text, 'string');
      }
      return;
    }
    default:
      assert.fail(`a detail of unknown type ${detail['@type']}`);
  }
}

/** The stable reason of an answer. */
export function reasonOf({ body }: RestResponse): unknown {
  return (body.details as readonly Detail[]).find(({ reason }) => reason !== undefined)?.reason;
}

/** Asserts that an answer is this refusal, in the one error shape. */
export function assertRefused(response: RestResponse, { status, code, reason, message }: Refusal): void {
  assert.equal(response.status, status, JSON.stringify(response.body));
  assertErrorShape(response);
  assert.deepEqual({ code: response.body.code, reason: reasonOf(response) }, { code, reason });
  if (message instanceof RegExp) assert.match(String(response.body.message), message);
  else if (message !== undefined) assert.equal(response.body.message, message);
}
