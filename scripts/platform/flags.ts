type Value = string | number | boolean | readonly (string | number | boolean)[];

/** `{ port: 1, tag: ['a', 'b'] }` as `--port 1 --tag a --tag b`. */
export function flags(options: Readonly<Record<string, Value>>): string[] {
  return Object.entries(options).flatMap(([name, value]) =>
    [value].flat().flatMap((one) => [`--${name}`, String(one)]),
  );
}
