import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { errorReference } from './error-reference.ts';
import { refusalsOf } from './refusals-in-code.ts';

describe('refusals in code', () => {
  it('are found with their message, written there or named before', () => {
    const source = `
      throw new DomainError('not_found', 'OFFER_NOT_FOUND', 'there is no such offer');
      const message = \`cannot \${deed} an offer that is \${offer.state}\`;
      throw new DomainError('failed_precondition', 'OFFER_STATE', message, { info: { state } });
      throw refusal(
        'aborted',
        'ETAG_MISMATCH',
        "somebody's faster",
      );
      const other = ['unavailable', 'GONE'] as const;
}
      const refused = (message: string) => new DomainError('invalid_argument', 'WRONG', message);`;
    assert.deepEqual(refusalsOf(source), [
      { code: 'not_found', reason: 'OFFER_NOT_FOUND', message: 'there is no such offer' },
      { code: 'failed_precondition', reason: 'OFFER_STATE', message: 'cannot … an offer that is …' },
      { code: 'aborted', reason: 'ETAG_MISMATCH', message: "somebody's faster" },
      { code: 'unavailable', reason: 'GONE', message: '' },
      { code: 'invalid_argument', reason: 'WRONG', message: '' },
    ]);
  });
});

describe('the reference of errors', () => {
  const methods = [{ name: 'offer.GetOffer', reasons: ['OFFER_NOT_FOUND'] }];
  const coded = [{ code: 'not_found', reason: 'OFFER_NOT_FOUND', message: 'there | is no such offer' }];

  it('names status, message and methods of each reason', () => {
    const page = errorReference({ methods, coded });
    assert.match(
      page,
      /\| `OFFER_NOT_FOUND` \| 404 \| `NOT_FOUND` \| there \\\| is no such offer \| `offer\.GetOffer` \|/,
    );
  });

  it('is not made when a method promises a reason that no code gives', () => {
    assert.throws(() => errorReference({ methods, coded: [] }), /OFFER_NOT_FOUND of offer\.GetOffer/);
  });
});
