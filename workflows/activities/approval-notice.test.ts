import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { SendNoticeRequestSchema } from '@doffers/proto/notification/v1/inbox_service';
import { validateMessage } from '@doffers/rpc';
import { approvalDecisions } from '../contracts/shop-approval.ts';
import { approvalNotice } from './approval-notice.ts';

describe('the notice about a decision', () => {
  it('names the shop, and why it was not approved', () => {
    const { title, body } = approvalNotice('rejected', { name: 'Asha Stores', reason: 'the address has no PIN code' });
    assert.equal(title, 'Your shop was not approved');
    assert.match(body, /^Asha Stores .*Reason: the address has no PIN code$/);
  });

  it('gives no empty reason', () => {
    assert.doesNotMatch(approvalNotice('suspended', { name: 'Asha Stores', reason: '' }).body, /Reason/);
  });

  const longest = { latin: 'x'.repeat(120), hindi: 'क्षि'.repeat(30), emoji: '👩🏽‍🍳'.repeat(30) };
  for (const decision of approvalDecisions) {
    for (const [script, name] of Object.entries(longest)) {
      it(`fits the inbox when ${decision} with the longest name in ${script} and the longest reason`, () => {
        const notice = approvalNotice(decision, { name, reason: 'r'.repeat(300) });
        const request = { ...notice, idempotencyKey: 'k', userId: '0193a5c0-0000-7000-8000-000000000001' };
        validateMessage(SendNoticeRequestSchema, create(SendNoticeRequestSchema, request));
        assert.ok(notice.body.isWellFormed());
      });
    }
  }

  it('cuts a long name between characters as people see them', () => {
    const cook = '👩🏽‍🍳';
    const [name = ''] = approvalNotice('approved', { name: cook.repeat(30), reason: '' }).body.split('…');
    assert.equal(name.replaceAll(cook, ''), '');
  });
});
