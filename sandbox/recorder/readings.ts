/** What a person last read on a phone: lets a test log in the way a person does, by reading the code. */
export type Reading = { readonly atMs: number; readonly text: string; readonly providerId: string };

export type Readings = {
  show(phone: string, reading: Reading): void;
  last(phone: string): Reading | undefined;
  clear(): void;
};

/** Remembers the newest message of the most recent phones; older phones are forgotten, so memory stays flat. */
export function createReadings(maxPhones = 20_000): Readings {
  const byPhone = new Map<string, Reading>();
  return {
    show(phone, reading) {
      byPhone.delete(phone);
      byPhone.set(phone, reading);
      const oldest = byPhone.size > maxPhones ? byPhone.keys().next() : undefined;
      if (oldest && !oldest.done) byPhone.delete(oldest.value);
    },
    last: (phone) => byPhone.get(phone),
    clear: () => byPhone.clear(),
  };
}
