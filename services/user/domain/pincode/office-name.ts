/** India Post's kinds of offices, in all their spellings: `BO`, `B.O`, `B.O.`, `B O` … They are not part of a place. */
const suffix = /[\s.]+[BSHP]\s?\.?\s?O\.?$/i;

/** Words that stay lower case inside a name. */
const small: ReadonlySet<string> = new Set(['and', 'of', 'the']);

/** The name of a place without the kind of office, and in mixed case where the source shouts. */
export function plainName(name: string): string {
  const spaced = name.replace(/\s+/g, ' ').trim();
  const bare = spaced.replace(suffix, '').trim();
  const place = bare === '' ? spaced : bare;
  return /[a-z]/.test(place) ? place : withoutLeadingArticle(titleCase(place));
}

function titleCase(name: string): string {
  return name
    .toLowerCase()
    .replace(/[a-z]+/g, (word, at: number) => (at > 0 && small.has(word) ? word : capitalised(word)));
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** The source writes one union territory as `THE DADRA AND NAGAR HAVELI AND DAMAN AND DIU`. */
function withoutLeadingArticle(name: string): string {
  return name.replace(/^The (?=Dadra )/, '');
}
