import { type CampaignCopy, type Language, lengthLimits, visibleLength } from './campaign-copy.ts';
import { namedDays, type OfferFacts } from './offer-facts.ts';

/** A rule that a text breaks; the rule's name goes back to the model, and into metrics. */
export type Breach =
  | 'price'
  | 'percent'
  | 'number'
  | 'date'
  | 'relative_date'
  | 'contact'
  | 'free'
  | 'script'
  | 'length';

/**
 * Names every rule of the facts that `copy` breaks; none means that it may be shown.
 *
 * Model output is untrusted: an amount, a percentage or a date that does not stand in the offer would be a promise
 * that the shop never made.
 */
export function breachesOf(copy: CampaignCopy, facts: OfferFacts, language: Language): readonly Breach[] {
  const breaches = new Set<Breach>();
  for (const [part, limit] of Object.entries(lengthLimits) as [keyof CampaignCopy, number][]) {
    const length = visibleLength(copy[part]);
    if (length === 0 || length > limit) breaches.add('length');
  }
  const text = normalise(Object.values(copy).join('\n'));
  for (const breach of [...numberBreaches(text, facts), ...wordBreaches(text, facts)]) breaches.add(breach);
  if (!isWrittenIn(text, facts, language)) breaches.add('script');
  return [...breaches];
}

/** One spelling for what can be written in many: digits of every script, ₹1,00,000, 1 lakh. */
export function normalise(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\p{Nd}/gu, (digit) => String(digitValue(digit)))
    .replace(/(?<=\d),(?=\d)/g, '')
    .replace(/(\d+(?:\.\d+)?)\s*(lakhs?|लाख|crores?|करोड़)/giu, (_, amount: string, unit: string) =>
      String(Number(amount) * (/^[lल]/iu.test(unit) ? 1e5 : 1e7)),
    )
    .toLowerCase();
}

/** Unicode puts the ten digits of every script in a row that starts at a multiple found by counting back. */
function digitValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return code - zero;
}

const amountPattern =
  /(?:₹|\brs\.?|\binr|रु\.?|रुपये)\s*(\d+(?:\.\d+)?)|(\d+(?:\.\d+)?)\s*(?:rupees?\b|rs\b|\/-|रुपये|रुपए|रु)/gu;
const percentPattern = /(\d+(?:\.\d+)?)\s*(?:%|percent\b|per cent\b|प्रतिशत|फीसदी)/gu;

/** An amount in words cannot be compared, so it is not allowed: a unit needs its number in digits. */
const wordyPercent =
  /(?<![\d.]\s*)(?:%|percent\b|per cent\b|प्रतिशत|फीसदी)|(?<!\p{L})(?:half|आधे|आधा|aadh[ae])(?:\s+(?:the\s+)?(?:price|off|rate|दाम|daam))/u;
const wordyAmount = /(?<![\d.]\s*)(?:rupees?\b|रुपये|रुपए)(?!\s*\d)/u;

function numberBreaches(text: string, facts: OfferFacts): Breach[] {
  const said = normalise(`${facts.shopName}\n${facts.title}\n${facts.description}`);
  const rupees = new Set([...facts.amounts.map((amount) => amount / 100), ...numbersIn(said, amountPattern)]);
  const percents = new Set([
    ...(facts.percent === undefined ? [] : [facts.percent]),
    ...numbersIn(said, percentPattern),
  ]);
  const days = namedDays(facts).flatMap(({ day, month, year }) => [day, month, year]);
  const known = new Set([...rupees, ...percents, ...days, ...numbersIn(said, /(\d+(?:\.\d+)?)/g)]);
  const allKnown = (pattern: RegExp, allowed: ReadonlySet<number>) =>
    numbersIn(text, pattern).every((number) => allowed.has(number));
  const wordy = (pattern: RegExp) => pattern.test(text) && !pattern.test(said);
  return [
    ...(allKnown(amountPattern, rupees) && !wordy(wordyAmount) ? [] : (['price'] as const)),
    ...(allKnown(percentPattern, percents) && !wordy(wordyPercent) ? [] : (['percent'] as const)),
    ...(allKnown(/(\d+(?:\.\d+)?)/g, known) ? [] : (['number'] as const)),
  ];
}

function numbersIn(text: string, pattern: RegExp): number[] {
  return [...text.matchAll(pattern)].map(([, first, second]) => Number(first ?? second));
}

const months = [
  ['january', 'jan', 'जनवरी'],
  ['february', 'feb', 'फरवरी', 'फ़रवरी'],
  ['march', 'mar', 'मार्च'],
  ['april', 'apr', 'अप्रैल'],
  ['may', 'मई'],
  ['june', 'jun', 'जून'],
  ['july', 'jul', 'जुलाई'],
  ['august', 'aug', 'अगस्त'],
  ['september', 'sept', 'sep', 'सितंबर', 'सितम्बर'],
  ['october', 'oct', 'अक्टूबर', 'अक्तूबर'],
  ['november', 'nov', 'नवंबर', 'नवम्बर'],
  ['december', 'dec', 'दिसंबर', 'दिसम्बर'],
] as const;

/** A stored text is read on another day than it was written on. */
const relativeDates =
  /(?<!\p{L})(today|tonight|tomorrow|yesterday|this week|this weekend|next week|aaj|kal|parso|आज|कल|परसों|(?:mon|tues|wednes|thurs|fri|satur|sun)day)(?!\p{L})/u;
const links =
  /https?:|www\.|\b[a-z0-9-]+\.(?:com|in|net|org|shop|store|app|ly|me|co)\b|@[a-z0-9_]{2,}|(?:\+?91[\s-]?)?[6-9]\d{4}[\s-]?\d{5}/u;
const free = /(?<!\p{L})(free|muft|मुफ़्त|मुफ्त|फ्री)(?!\p{L}|\p{M})/u;

function wordBreaches(text: string, facts: OfferFacts): Breach[] {
  const said = normalise(`${facts.shopName}\n${facts.title}\n${facts.description}`);
  const own = text.replaceAll(normalise(facts.shopName), ' ').replaceAll(normalise(facts.title), ' ');
  const allowedMonths = new Set(namedDays(facts).map(({ month }) => month));
  const wrongMonth = months.some(
    (names, index) => !allowedMonths.has(index + 1) && names.some((name) => datedMonth(name).test(own)),
  );
  return [
    ...(wrongMonth ? (['date'] as const) : []),
    ...(relativeDates.test(own) ? (['relative_date'] as const) : []),
    ...(links.test(own) ? (['contact'] as const) : []),
    ...(free.test(own) && !free.test(said) ? (['free'] as const) : []),
  ];
}

/** A month only beside a number, since "may" and "march" are words too. */
function datedMonth(name: string): RegExp {
  return new RegExp(`\\d\\s*(?:st|nd|rd|th)?\\s+${name}(?!\\p{L})|(?<!\\p{L})${name}\\s+\\d`, 'u');
}

/** At least this part of the letters, names of the shop and the offer aside, is in the script of the language. */
const scriptShare = 0.6;

function isWrittenIn(text: string, facts: OfferFacts, language: Language): boolean {
  const own = text.replaceAll(normalise(facts.shopName), ' ').replaceAll(normalise(facts.title), ' ');
  const letters = own.match(/\p{L}/gu)?.length ?? 0;
  const wanted = own.match(language === 'hindi' ? /\p{Script=Devanagari}/gu : /\p{Script=Latin}/gu) ?? [];
  return letters === 0 || wanted.filter((letter) => /\p{L}/u.test(letter)).length >= letters * scriptShare;
}
