import type { JournalKind } from './ledger.ts';

/** Kinds of journals that a document stands for, whose source is the reference of the journal. */
const documented: readonly string[] = [
  'pack_purchase',
  'subscription_charge',
  'topup_refund',
  'credit_note',
] satisfies JournalKind[];

/** The source of the document that a journal needs; undefined when it needs none of its own. */
export function documentSource({
  key,
  kind,
  reference,
}: {
  readonly key: string;
  readonly kind: string;
  readonly reference: string;
}): string | undefined {
  if (documented.includes(kind)) return reference;
  return kind === 'topup' && key === `topup/${reference}/credit` ? `topup/${reference}` : undefined;
}
