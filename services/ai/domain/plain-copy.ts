import { formatRupees } from '@doffers/money';
import { type CampaignCopy, fit, type Language, lengthLimits } from './campaign-copy.ts';
import { type Day, lastDay, type OfferFacts } from './offer-facts.ts';

const monthNames = {
  english: 'January February March April May June July August September October November December'.split(' '),
  hindi: 'जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर'.split(' '),
} as const;

/**
 * The text that needs no model: the offer's own words, in a sentence that holds for every offer. It is what a shop
 * gets without a key, in an outage, and when a model would not keep to the facts.
 */
export function plainCopy(facts: OfferFacts, language: Language): CampaignCopy {
  const { shopName, title } = facts;
  const until = writeDay(lastDay(facts.endAt), language);
  const gain = writeGain(facts, language);
  const sentence =
    language === 'hindi'
      ? `${shopName} पर ${gain ?? title} – ${until} तक मान्य।`
      : `${gain ?? title} at ${shopName}, valid until ${until}.`;
  const details = facts.description === '' ? [] : [facts.description];
  const closing =
    language === 'hindi' ? 'ऑफ़र पाने के लिए यह संदेश दुकान पर दिखाएँ।' : 'Show this message at the shop to get the offer.';
  return {
    whatsappBody: fit([title, sentence, ...details, closing].join('\n\n'), lengthLimits.whatsappBody),
    title: fit(title, lengthLimits.title),
    body: fit(sentence, lengthLimits.body),
  };
}

function writeGain({ percent, amounts: [amount] }: OfferFacts, language: Language): string | undefined {
  if (percent !== undefined) return language === 'hindi' ? `${percent}% की छूट` : `${percent}% off`;
  if (amount !== undefined)
    return language === 'hindi' ? `${formatRupees(amount)} की छूट` : `${formatRupees(amount)} off`;
  return undefined;
}

function writeDay({ day, month, year }: Day, language: Language): string {
  return `${day} ${monthNames[language][month - 1]} ${year}`;
}
