/** Parses what a provider sent; `undefined` for anything that is not JSON, such as the page of a proxy in between. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
