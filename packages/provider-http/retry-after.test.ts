import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryAfterMs } from './index.ts';

const now = Date.parse('2026-11-23T12:00:00Z');
const cases: [string, Record<string, string | string[]>, number | undefined][] = [
  ['prefers milliseconds', { 'retry-after-ms': '1500', 'retry-after': '60' }, 1500],
  ['reads seconds', { 'retry-after': '60' }, 60_000],
  ['reads fractions of a second', { 'retry-after': '0.5' }, 500],
  ['reads an HTTP date', { 'retry-after': 'Mon, 23 Nov 2026 12:00:05 GMT' }, 5000],
  ['never answers a time in the past', { 'retry-after': 'Mon, 23 Nov 2026 11:00:00 GMT' }, 0],
  ['takes the first of several', { 'retry-after': ['2', '9'] }, 2000],
  ['is silent when the provider is', {}, undefined],
  ['ignores nonsense', { 'retry-after': 'soon' }, undefined],
  ['ignores a negative number', { 'retry-after-ms': '-5' }, undefined],
];

for (const [name, headers, expected] of cases) {
  test(name, () => {
    assert.equal(retryAfterMs(headers, now), expected);
  });
}
