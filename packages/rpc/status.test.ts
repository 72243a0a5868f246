import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromBinary } from '@bufbuild/protobuf';
import { anyUnpack } from '@bufbuild/protobuf/wkt';
import { DomainError, type DomainErrorCode } from '@doffers/errors';
import { BadRequestSchema, ErrorInfoSchema } from '@doffers/proto/google/rpc/error_details';
import { StatusSchema } from '@doffers/proto/google/rpc/status';
import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { UpstreamError } from './index.ts';
import { fromServiceError, statusNameOf, toStatus, type WireStatus } from './status.ts';

const received = ({ code, details, metadata }: WireStatus): ServiceError =>
  Object.assign(new Error(details), { code, details, metadata });
const bare = (code: status, details = 'text of a proxy'): ServiceError =>
  received({ code, details, metadata: new Metadata() });
const acrossTheWire = (error: unknown): Error => fromServiceError(received(toStatus(error, 'r-1')), 'a.B/C');

const numbers: Record<DomainErrorCode, number> = {
  cancelled: 1,
  invalid_argument: 3,
  deadline_exceeded: 4,
  not_found: 5,
  already_exists: 6,
  permission_denied: 7,
  resource_exhausted: 8,
  failed_precondition: 9,
  aborted: 10,
  out_of_range: 11,
  unimplemented: 12,
  unavailable: 14,
  unauthenticated: 16,
};

for (const [code, number] of Object.entries(numbers) as [DomainErrorCode, number][]) {
  test(`a refusal with ${code} is gRPC status ${number} and comes back as it was`, () => {
    const fields = [{ field: 'offer.title', description: 'is empty', reason: 'required' }];
    const error = new DomainError(code, 'SOME_REASON', 'say “ü” 🙂', {
      info: { limit: '3' },
      fields,
      retryAfterSeconds: 7,
    });
    assert.equal(toStatus(error, 'r-1').code, number);
    const back = acrossTheWire(error);
    assert.ok(back instanceof DomainError);
    const { code: sameCode, reason, message, info, fields: sameFields, retryAfterSeconds } = back;
    assert.deepEqual(
      { sameCode, reason, message, info: { ...info }, sameFields, retryAfterSeconds },
      {
        sameCode: code,
        reason: 'SOME_REASON',
        message: 'say “ü” 🙂',
        info: { limit: '3' },
        sameFields: fields,
        retryAfterSeconds: 7,
      },
    );
  });
}

test('the details are a google.rpc.Status with ErrorInfo and BadRequest, which the gateway prints as JSON', () => {
  const fields = [{ field: 'a', description: 'b', reason: 'c' }];
  const { metadata } = toStatus(new DomainError('invalid_argument', 'VALIDATION', 'check a', { fields }), 'r-1');
  const bytes = metadata.get('grpc-status-details-bin')[0];
  assert.ok(Buffer.isBuffer(bytes));
  const { code, message, details } = fromBinary(StatusSchema, bytes);
  assert.deepEqual([code, message, details.length], [3, 'check a', 2]);
  const info = details[0] && anyUnpack(details[0], ErrorInfoSchema);
  assert.deepEqual([info?.reason, info?.domain], ['VALIDATION', 'doffers.in']);
  const bad = details[1] && anyUnpack(details[1], BadRequestSchema);
  assert.deepEqual(
    bad?.fieldViolations.map(({ field }) => field),
    ['a'],
  );
});

test('a refusal without field violations carries no BadRequest', () => {
  const { metadata } = toStatus(new DomainError('not_found', 'X', 'x'), 'r-1');
  assert.equal(fromBinary(StatusSchema, metadata.get('grpc-status-details-bin')[0] as Buffer).details.length, 1);
});

test('the time to wait is a retry-after header in whole seconds, rounded up', () => {
  const error = new DomainError('resource_exhausted', 'TOO_FAST', 'wait', { retryAfterSeconds: 1.2 });
  assert.deepEqual(toStatus(error, 'r-1').metadata.get('retry-after'), ['2']);
  assert.deepEqual(toStatus(new DomainError('not_found', 'X', 'x'), 'r-1').metadata.get('retry-after'), []);
});

test('a refusal for want of a login says how to log in, as HTTP wants it', () => {
  const unauthenticated = new DomainError('unauthenticated', 'TOKEN_MISSING', 'log in to do this');
  assert.deepEqual(toStatus(unauthenticated, 'r-1').metadata.get('www-authenticate'), ['Bearer']);
  assert.deepEqual(toStatus(new DomainError('not_found', 'X', 'x'), 'r-1').metadata.get('www-authenticate'), []);
});

test('anything else that is thrown is INTERNAL and keeps its text inside; only the request id goes out', () => {
  for (const thrown of [
    new Error('mysql password is hunter2'),
    'hunter2',
    undefined,
    { code: 5, details: 'hunter2' },
  ]) {
    const answer = toStatus(thrown, 'r-1');
    assert.equal(answer.code, status.INTERNAL);
    assert.equal(answer.details, 'internal error');
    const bytes = answer.metadata.get('grpc-status-details-bin')[0] as Buffer;
    assert.ok(!bytes.includes('hunter2'));
    const info = fromBinary(StatusSchema, bytes).details.map((any) => anyUnpack(any, ErrorInfoSchema))[0];
    assert.deepEqual([info?.reason, info?.metadata['requestId']], ['INTERNAL', 'r-1']);
  }
});

test('half a surrogate pair in a message does not break the answer', () => {
  const { details } = toStatus(new DomainError('not_found', 'X', 'cut \ud83d'), 'r-1');
  assert.doesNotThrow(() => encodeURI(details));
  assert.equal(details, 'cut \ufffd');
});

test('an internal error of another service stays an internal error', () => {
  for (const code of [status.UNKNOWN, status.INTERNAL, status.DATA_LOSS]) {
    assert.ok(fromServiceError(bare(code), 'a.B/C') instanceof UpstreamError);
  }
  const error = acrossTheWire(new Error('a bug over there'));
  assert.ok(error instanceof UpstreamError);
  assert.match(error.message, /^a\.B\/C: INTERNAL/);
  assert.equal(toStatus(error, 'r-2').code, status.INTERNAL);
});

for (const reason of ['SERVICE_TOKEN_INVALID', 'SERVICE_TOKEN_EXPIRED', 'INTERNAL_ONLY']) {
  test(`${reason} says that our own process is set up wrongly, so a person never sees it as theirs`, () => {
    assert.ok(acrossTheWire(new DomainError('unauthenticated', reason, 'x')) instanceof UpstreamError);
  });
}

test('a person whose token does not hold learns it through any number of services', () => {
  const error = acrossTheWire(acrossTheWire(new DomainError('unauthenticated', 'TOKEN_EXPIRED', 'log in again')));
  assert.ok(error instanceof DomainError);
  assert.equal(error.reason, 'TOKEN_EXPIRED');
});

test('a service that cannot be reached becomes a refusal that names the call and hides the address', () => {
  const error = fromServiceError(bare(status.UNAVAILABLE, 'connect ECONNREFUSED 10.0.0.7:50052'), 'a.B/C');
  assert.ok(error instanceof DomainError);
  assert.deepEqual([error.code, error.reason, error.info], ['unavailable', 'SERVICE_UNAVAILABLE', { rpc: 'a.B/C' }]);
  assert.ok(!error.message.includes('10.0.0.7'));
  assert.match(String(error.cause), /ECONNREFUSED/);
});

test('a call that the server cut is the same as a server that cannot be reached', () => {
  const error = fromServiceError(bare(status.CANCELLED, 'Call cancelled'), 'a.B/C');
  assert.ok(error instanceof DomainError);
  assert.deepEqual([error.code, error.reason], ['unavailable', 'SERVICE_UNAVAILABLE']);
});

test('a deadline without details becomes a refusal', () => {
  const error = fromServiceError(bare(status.DEADLINE_EXCEEDED), 'a.B/C');
  assert.ok(error instanceof DomainError);
  assert.deepEqual([error.code, error.reason], ['deadline_exceeded', 'DEADLINE_EXCEEDED']);
});

test('a method that the other side does not have is our bug', () => {
  assert.ok(fromServiceError(bare(status.UNIMPLEMENTED), 'a.B/C') instanceof UpstreamError);
});

test('details that are no google.rpc.Status are ignored', () => {
  const error = bare(status.UNAVAILABLE);
  error.metadata.set('grpc-status-details-bin', Buffer.from([0xff, 0xff, 0xff]));
  const back = fromServiceError(error, 'a.B/C');
  assert.ok(back instanceof DomainError);
  assert.equal(back.reason, 'SERVICE_UNAVAILABLE');
});

test('metrics name statuses as gRPC does', () => {
  assert.equal(statusNameOf(new DomainError('not_found', 'X', 'x')), 'NOT_FOUND');
  assert.equal(statusNameOf(new Error('bug')), 'INTERNAL');
});
