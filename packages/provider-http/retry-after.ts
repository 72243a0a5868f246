type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * How long a provider asks us to wait: `retry-after-ms`, or `retry-after` in seconds or as an HTTP date.
 * `undefined` when it does not say, or says something that is neither.
 */
export function retryAfterMs(headers: Headers, now: number = Date.now()): number | undefined {
  const inMs = parseNumber(single(headers['retry-after-ms']));
  if (inMs !== undefined) return inMs;
  const value = single(headers['retry-after']);
  const seconds = parseNumber(value);
  if (seconds !== undefined) return seconds * 1000;
  const at = value === undefined ? Number.NaN : Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function parseNumber(value: string | undefined): number | undefined {
  return value !== undefined && /^\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
}
