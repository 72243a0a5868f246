import type { TemplateComponent, TemplateRequest } from './template-lint.ts';
import type { Template } from './templates.ts';

/** Approved from the start, so that a fresh platform can send: one code, one notice, and an offer in several languages. */
export const defaultTemplates: readonly Template[] = [
  ...['en', 'hi'].map((language) => authentication('login_code', language)),
  ...marketing('offer_announcement', {
    en: 'Hi {{1}}, {{2}} has an offer for you: {{3}}. Valid until {{4}}. Show this message at the shop.',
    hi: 'नमस्ते {{1}}, {{2}} की ओर से आपके लिए ऑफ़र: {{3}}। {{4}} तक मान्य। दुकान पर यह संदेश दिखाएँ।',
    ta: 'வணக்கம் {{1}}, {{2}} உங்களுக்கு ஒரு சலுகை தருகிறது: {{3}}. {{4}} வரை செல்லும். கடையில் இதைக் காட்டுங்கள்.',
    te: 'నమస్తే {{1}}, {{2}} మీకు ఒక ఆఫర్ ఇస్తోంది: {{3}}. {{4}} వరకు చెల్లుతుంది. దుకాణంలో ఇది చూపించండి.',
    bn: 'নমস্কার {{1}}, {{2}} আপনার জন্য একটি অফার দিচ্ছে: {{3}}। {{4}} পর্যন্ত চলবে। দোকানে এটি দেখান।',
  }),
  approved({
    name: 'offer_banner',
    language: 'en',
    category: 'MARKETING',
    parameter_format: 'POSITIONAL',
    components: [
      { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['4::aW1hZ2U='] } },
      body('Hi {{1}}, {{2}} has an offer for you: {{3}}. Valid until {{4}}. Tap below to see it.'),
      { type: 'FOOTER', text: 'Reply STOP to opt out' },
      {
        type: 'BUTTONS',
        buttons: [
          {
            type: 'URL',
            text: 'See the offer',
            url: 'https://doffers.in/o/{{1}}',
            example: ['https://doffers.in/o/1'],
          },
        ],
      },
    ],
  }),
  approved({
    name: 'notice',
    language: 'en',
    category: 'UTILITY',
    parameter_format: 'POSITIONAL',
    components: [body('Hello {{1}}, there is news about {{2}}. Open the app to read it.')],
  }),
];

function marketing(name: string, texts: Record<string, string>): Template[] {
  return Object.entries(texts).map(([language, text]) =>
    approved({
      name,
      language,
      category: 'MARKETING',
      parameter_format: 'POSITIONAL',
      components: [body(text), { type: 'FOOTER', text: 'STOP' }],
    }),
  );
}

function authentication(name: string, language: string): Template {
  return approved({
    name,
    language,
    category: 'AUTHENTICATION',
    parameter_format: 'POSITIONAL',
    components: [
      { type: 'BODY', add_security_recommendation: true },
      { type: 'FOOTER', code_expiration_minutes: 5 },
      { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE' }] },
    ],
  });
}

function body(text: string): TemplateComponent {
  const count = new Set(text.match(/\{\{\d+\}\}/g)).size;
  return {
    type: 'BODY',
    text,
    example: { body_text: [Array.from({ length: count }, (_, index) => `example ${index + 1}`)] },
  };
}

function approved(request: TemplateRequest): Template {
  const id = `9${Array.from(`${request.name}.${request.language}`).reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 1e9, 7)}`;
  return { ...request, id, status: 'APPROVED' };
}
