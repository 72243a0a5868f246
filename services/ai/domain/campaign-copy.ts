export type Language = 'english' | 'hindi';
export type Tone = 'friendly' | 'plain' | 'festive';

/** One text for all channels. */
export type CampaignCopy = { readonly whatsappBody: string; readonly title: string; readonly body: string };

/** Greatest lengths in characters as a person counts them (WhatsApp template body; push and inbox title and text). */
export const lengthLimits: Readonly<Record<keyof CampaignCopy, number>> = { whatsappBody: 1024, title: 50, body: 150 };

const graphemes = new Intl.Segmenter('hi', { granularity: 'grapheme' });

/** Length as a person counts it: a Devanagari syllable or an emoji family is one character. */
export function visibleLength(text: string): number {
  return [...graphemes.segment(text)].length;
}

/** The beginning of `text` that fits, ended by an ellipsis when something was cut. */
export function fit(text: string, limit: number): string {
  const characters = [...graphemes.segment(text)].map(({ segment }) => segment);
  return characters.length <= limit
    ? text
    : `${characters
        .slice(0, limit - 1)
        .join('')
        .trimEnd()}…`;
}
