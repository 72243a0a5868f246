import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { announcement } from '../test/fake-deps.ts';
import { assertSendable, lintTemplate, variableCount } from './template.ts';

describe('the text of a template', () => {
  it('may have numbered variables with text around them, one of them twice', () => {
    lintTemplate(announcement.body);
    lintTemplate('नमस्ते {{1}}, {{2}} आज। {{1}} धन्यवाद');
    lintTemplate('No variable at all');
    assert.equal(variableCount('Hi {{1}}, {{2}} and {{ 1 }} again'), 2);
  });

  for (const [why, body] of [
    ['is empty', '   '],
    ['starts with a variable', '{{1}}, come by'],
    ['ends with a variable', 'Come by, {{1}} '],
    ['leaves a number out', 'Hi {{1}} and {{3}}, bye'],
    ['does not begin with 1', 'Hi {{2}}, bye'],
    ['numbers backwards', 'Hi {{2}} and {{1}}, bye'],
    ['has a named variable', 'Hi {{name}}, bye'],
    ['has a brace too many', 'Hi {{{1}}, bye'],
    ['has two variables in a row', 'Hi {{1}} {{2}}, bye'],
    ['has a tab', 'Hi\tyou'],
    ['has a gap', 'Hi      you'],
    ['has empty lines in a row', 'Hi\n\n\nyou'],
  ] as const) {
    it(`is refused when it ${why}`, () => {
      assert.throws(() => lintTemplate(body), { reason: 'TEMPLATE_INVALID' });
    });
  }
});

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
