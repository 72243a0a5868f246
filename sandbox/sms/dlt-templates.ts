/** A text registered with the telecom operators (DLT): only messages that match it word for word may be sent in India. */
export type DltTemplate = {
  /** 19 digits, as the operators' portal issues them. */
  readonly id: string;
  /** The headers (sender ids) the template is registered for. */
  readonly headers: readonly string[];
  readonly type: 'OTP' | 'TXN' | 'MKT';
  /** `{#var#}` stands for up to 30 characters. */
  readonly text: string;
};

export const defaultDltTemplates: readonly DltTemplate[] = [
  {
    id: '1107160000000000001',
    headers: ['DOFFER'],
    type: 'OTP',
    text: '{#var#} is your D-Offers code. It is valid for {#var#} minutes. Do not share it with anyone. -DOFFER',
  },
  {
    id: '1107160000000000002',
    headers: ['DOFFER'],
    type: 'TXN',
    text: 'D-Offers: {#var#} about {#var#}. Open the app to read it. -DOFFER',
  },
];

const maxVariableCharacters = 30;

export function matchesTemplate(text: string, template: DltTemplate): boolean {
  const pattern = template.text
    .split('{#var#}')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join(`.{0,${maxVariableCharacters}}?`);
  return new RegExp(`^${pattern}$`, 's').test(text);
}
