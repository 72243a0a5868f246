type Waiting<In, Out> = {
  readonly input: In;
  readonly resolve: (output: Out) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Lets `work` do together what is asked for at the same time: what arrives while all `hands` are busy waits, and is
 * done as one group as soon as one of them is free. Nobody waits for a group to fill, so a single caller is served at once.
 *
 * @param work answers one output for each input, in their order; when it rejects, all of its callers are told
 */
export function inGroups<In, Out>(
  work: (inputs: readonly In[]) => Promise<readonly Out[]>,
  { size, hands }: { readonly size: number; readonly hands: number },
): (input: In) => Promise<Out> {
  const waiting: Waiting<In, Out>[] = [];
  let free = hands;

  async function doNext(): Promise<void> {
    const group = waiting.splice(0, size);
    if (group.length === 0) return;
    free -= 1;
    try {
      const outputs = await work(group.map(({ input }) => input));
      for (const [at, { resolve }] of group.entries()) resolve(outputs[at] as Out);
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
    free += 1;
    void doNext();
  }

  return (input) =>
    new Promise((resolve, reject) => {
      waiting.push({ input, resolve, reject });
      // After everything that is asked for in this turn of the event loop.
      if (free > 0) setImmediate(() => free > 0 && void doNext());
    });
}
