import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultTemplates } from './default-templates.ts';
import { lintTemplate, templateRequestSchema, variablesOf } from './template-lint.ts';

const lint = (text: string, examples: string[], more: object = {}) =>
  lintTemplate(
    templateRequestSchema.parse({
      name: 'offer',
      language: 'en',
      category: 'MARKETING',
      components: [{ type: 'BODY', text, example: { body_text: [examples] } }],
      ...more,
    }),
  );

test('every template that is there from the start would pass the review', () => {
  for (const { id: _id, status: _status, ...template } of defaultTemplates) {
    assert.equal(lintTemplate(templateRequestSchema.parse(template)), undefined, template.name + template.language);
  }
  assert.equal(new Set(defaultTemplates.map(({ id }) => id)).size, defaultTemplates.length);
});

test('variables are found in order, each once', () => {
  assert.deepEqual(variablesOf('Hi {{1}}, {{ 2 }} and {{1}} again'), ['1', '2']);
});

const refused: [string, string, string[]][] = [
  ['a variable at the start', '{{1}} welcome', ['a']],
  ['a variable at the end', 'Welcome {{1}}', ['a']],
  ['variables side by side', 'Hi {{1}} {{2}}!', ['a', 'b']],
  ['a gap in the numbers', 'Hi {{1}}, {{3}}!', ['a', 'b']],
  ['a missing example', 'Hi {{1}}, {{2}}!', ['a']],
  ['a tab', 'Hi\tthere', []],
  ['too many new lines', 'Hi\n\n\nthere', []],
];
for (const [name, text, examples] of refused) {
  test(`${name} is refused`, () => {
    assert.equal(typeof lint(text, examples), 'string');
  });
}

test('named variables need names', () => {
  const component = (text: string, names: string[]) => [
    {
      type: 'BODY',
      text,
      example: { body_text_named_params: names.map((param_name) => ({ param_name, example: 'x' })) },
    },
  ];
  const named = { parameter_format: 'NAMED' };
  assert.equal(lint('', [], { ...named, components: component('Hi {{name}}, hello', ['name']) }), undefined);
  assert.equal(typeof lint('', [], { ...named, components: component('Hi {{1}}, hello', ['1']) }), 'string');
});

test('an authentication template has a fixed body and a button for the code', () => {
  const authentication = (components: object[]) => lint('', [], { category: 'AUTHENTICATION', components });
  const button = { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE' }] };
  assert.equal(authentication([{ type: 'BODY', add_security_recommendation: true }, button]), undefined);
  assert.equal(typeof authentication([{ type: 'BODY', text: 'Your code is {{1}}.' }, button]), 'string');
  assert.equal(typeof authentication([{ type: 'BODY', add_security_recommendation: true }]), 'string');
});
