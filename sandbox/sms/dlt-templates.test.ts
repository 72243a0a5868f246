import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesTemplate } from './dlt-templates.ts';

const template = { id: '1', headers: ['DOFFER'], type: 'OTP', text: '{#var#} is your code (5 min). -DOFFER' } as const;

test('a text matches its template word for word, with anything short in place of a variable', () => {
  assert.equal(matchesTemplate('482913 is your code (5 min). -DOFFER', template), true);
});

test('a word more or less, another case or a long value is another text', () => {
  const others = [
    '482913 is your code (5 min).',
    '482913 is your new code (5 min). -DOFFER',
    '482913 Is your code (5 min). -DOFFER',
    '482913 is your code 5 min. -DOFFER',
    `${'9'.repeat(31)} is your code (5 min). -DOFFER`,
  ];
  for (const text of others) assert.equal(matchesTemplate(text, template), false, text);
});
