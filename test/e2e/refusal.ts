import assert from 'node:assert/strict';
import type { RestResponse } from '@doffers/testkit';
import { assertErrorShape, reasonOf } from './gateway-error.ts';

/** Asserts status and reason of a refusal, in the one shape in which every refusal comes. */
export function assertRefusal(response: RestResponse, wanted: readonly [status: number, reason: string]): void {
  assertErrorShape(response);
  assert.deepEqual([response.status, reasonOf(response)], wanted, JSON.stringify(response.body));
}
