/** The single words by which people end and resume messages, in the languages of the platform's templates. */
const stop = [
  'stop',
  'stop all',
  'stopall',
  'unsubscribe',
  'cancel',
  'end',
  'quit',
  'opt out',
  'optout',
  'no more',
  'रोकें',
  'रोको',
  'बंद',
  'बंद करें',
  'बंद करो',
  'நிறுத்து',
  'நிறுத்தவும்',
  'ఆపు',
  'ఆపండి',
  'বন্ধ',
  'বন্ধ করুন',
];
const start = [
  'start',
  'unstop',
  'subscribe',
  'resume',
  'opt in',
  'optin',
  'शुरू',
  'शुरू करें',
  'शुरू करो',
  'தொடங்கு',
  'தொடங்கவும்',
  'ప్రారంభించు',
  'ప్రారంభించండి',
  'শুরু',
  'শুরু করুন',
];
const meanings: ReadonlyMap<string, 'stop' | 'start'> = new Map([
  ...stop.map((word) => [word.normalize('NFC'), 'stop'] as const),
  ...start.map((word) => [word.normalize('NFC'), 'start'] as const),
]);

/** Whether a message is nothing but a keyword. A sentence that holds one is for people to read. */
export function keywordIn(text: string): 'stop' | 'start' | undefined {
  const words = text
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[\p{P}\p{S}\s]+/gu, ' ')
    .trim();
  return meanings.get(words);
}
