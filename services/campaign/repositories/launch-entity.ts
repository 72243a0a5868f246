import { bigintColumn, idColumn, instantColumn, paiseColumn } from '@doffers/database';
import type { Paise } from '@doffers/money';
import { EntitySchema } from 'typeorm';
import type { Launch, LaunchFailure } from '../domain/launch.ts';

/** A launch as its row. */
export type LaunchRow = {
  campaignId: string;
  launchNo: number;
  requestId: string;
  quoteId: string;
  askedSendAt: Date | null;
  sendAt: Date | null;
  createdAt: Date;
  held: Paise | null;
  captured: Paise;
  released: Paise;
  invoiceId: string | null;
  failure: LaunchFailure | null;
  finishedAt: Date | null;
  /** Of the last report that was taken over. */
  sequence: number;
};

export const LaunchEntity = new EntitySchema<LaunchRow>({
  name: 'launch',
  tableName: 'launch',
  columns: {
    campaignId: idColumn('campaign_id', { primary: true }),
    launchNo: { name: 'launch_no', type: 'int', unsigned: true, primary: true },
    requestId: { name: 'request_id', type: 'varchar', length: 64 },
    quoteId: idColumn('quote_id'),
    askedSendAt: instantColumn('asked_send_at', { nullable: true }),
    sendAt: instantColumn('send_at', { nullable: true }),
    createdAt: instantColumn('created_at'),
    held: paiseColumn('held_paise', { nullable: true }),
    captured: paiseColumn('captured_paise'),
    released: paiseColumn('released_paise'),
    invoiceId: idColumn('invoice_id', { nullable: true }),
    failure: { type: 'json', nullable: true },
    finishedAt: instantColumn('finished_at', { nullable: true }),
    sequence: bigintColumn('sequence'),
  },
});

export function fromRow({ sequence: _, ...row }: LaunchRow): Launch {
  const { askedSendAt, sendAt, held, invoiceId, failure, finishedAt } = row;
  return {
    ...row,
    askedSendAt: askedSendAt ?? undefined,
    sendAt: sendAt ?? undefined,
    held: held ?? undefined,
    invoiceId: invoiceId ?? undefined,
    failure: failure ?? undefined,
    finishedAt: finishedAt ?? undefined,
  };
}
