import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { announcement } from '../test/fake-deps.ts';
import { lintTemplate, variableCount } from './template-lint.ts';

const text = (body: string) => ({
  language: 'en',
  category: 'marketing' as const,
  body,
  examples: Array.from({ length: variableCount(body) }, (_, index) => `example ${index + 1}`),
});

describe('the text of a template', () => {
  it('may have numbered variables with text around them, one of them twice', () => {
    lintTemplate(text(announcement.body));
    lintTemplate(text('नमस्ते {{1}}, {{2}} आज। {{1}} धन्यवाद'));
    lintTemplate(text('No variable at all'));
    assert.equal(variableCount('Hi {{1}}, {{2}} and {{ 1 }} again'), 2);
  });

  for (const [why, body] of [
    ['is empty', '   '],
    ['starts with a variable', '{{1}}, come by'],
    ['ends with a variable', 'Come by, {{1}} '],
    ['leaves a number out', 'Hi {{1}} and {{3}}, bye'],
    ['does not begin with 1', 'Hi {{2}}, bye'],
    ['numbers backwards', 'Hi {{2}} and {{1}}, bye'],
    ['has a brace too many', 'Hi {{{1}}, bye'],
    ['has two variables in a row', 'Hi {{1}} {{2}}, bye'],
    ['has a tab', 'Hi\tyou'],
    ['has a gap', 'Hi      you'],
    ['has empty lines in a row', 'Hi\n\n\nyou'],
    ['has little but variables', 'a {{1}}, {{2}}, {{3}} b'],
    ['has too many variables', `Dear ${Array.from({ length: 21 }, (_, n) => `{{${n + 1}}} and more`).join(' ')}`],
  ] as const) {
    it(`is refused when it ${why}`, () => {
      assert.throws(() => lintTemplate(text(body)), { reason: 'TEMPLATE_INVALID' });
    });
  }

  it('is refused for a variable that there is not, by its name', () => {
    for (const [body, variable] of [
      ['Hi {{name}}, bye', 'name'],
      ['Hi {{1}} of {{ shop_name }}, bye', 'shop_name'],
    ] as const) {
      assert.throws(() => lintTemplate(text(body)), { reason: 'TEMPLATE_VARIABLE_UNKNOWN', info: { variable } });
    }
  });

  it('is refused in another language or category, and without an example for each variable', () => {
    const good = text('Hi {{1}}, come by');
    for (const wrong of [{ language: 'xx' }, { category: 'utility' as const }, { examples: [] }]) {
      assert.throws(() => lintTemplate({ ...good, ...wrong }), { reason: 'TEMPLATE_INVALID' });
    }
  });
});
