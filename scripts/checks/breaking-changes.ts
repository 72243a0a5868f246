import { type Check, outcomeOf, run, skipped } from './step.ts';

/** Where released protos are looked for; the first that exists and is not what stands here. */
const bases = [process.env.DOFFERS_BREAKING_BASE, 'origin/main', 'main'];

/** The API stays compatible with the main branch: no field, method or number changes its meaning. */
export const breakingChanges: Check = {
  name: 'protos break nobody',
  async run() {
    const head = await commitOf('HEAD');
    for (const base of bases) {
      const commit = base && (await commitOf(base));
      if (!commit || commit === head) continue;
      const { code } = await run('git', 'cat-file', '-e', `${commit}:buf.yaml`);
      if (code !== 0) continue;
      return outcomeOf(await run('buf', 'breaking', '--against', `.git#ref=${commit}`));
    }
    return skipped('there is no other main to compare with');
  },
};

async function commitOf(reference: string): Promise<string | undefined> {
  const { code, output } = await run('git', 'rev-parse', '--verify', '--quiet', `${reference}^{commit}`);
  return code === 0 ? output.trim() : undefined;
}
