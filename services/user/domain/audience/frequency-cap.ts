/** At most so many promotional messages on one channel within so many days, today included. */
export type FrequencyCap = { readonly messages: number; readonly days: number };

const form = /^([1-9]\d?)\/([1-9]\d?)d$/;

export function isFrequencyCap(setting: string): boolean {
  return setting === 'off' || form.test(setting);
}

/** Reads a setting such as `3/7d`; `off` is no cap. */
export function parseFrequencyCap(setting: string): FrequencyCap | undefined {
  const [, messages, days] = form.exec(setting) ?? [];
  return messages === undefined ? undefined : { messages: Number(messages), days: Number(days) };
}
