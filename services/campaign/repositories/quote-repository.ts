import {
  bigintColumn,
  type Database,
  idColumn,
  idFromBytes,
  idToBytes,
  instantColumn,
  isDuplicateKey,
  paiseColumn,
  transaction,
} from '@doffers/database';
import type { Paise } from '@doffers/money';
import { EntitySchema } from 'typeorm';
import type { Quote } from '../domain/quote.ts';

export type AudienceReservation = {
  readonly campaignId: string;
  /** A campaign's version decides its segment and channels. */
  readonly version: number;
  readonly newId: string;
  readonly now: Date;
  readonly expiresAt: Date;
};

export type QuoteRepository = {
  find(id: string): Promise<Quote | undefined>;
  findByRequest(campaignId: string, requestId: string): Promise<Quote | undefined>;
  /** Stores a quote once per campaign and request id, and answers the one that stands. */
  createOnce(quote: Quote): Promise<Quote>;
  /**
   * Answers the audience of a campaign's version, noting `newId` when there is none that is fresh. It is noted before
   * it is frozen, so that a quote that was cut off goes on with the same audience.
   */
  reserveAudience(reservation: AudienceReservation): Promise<string>;
};

/** A quote as its row: the price laid out in columns. */
type QuoteRow = Omit<Quote, 'price'> & { taxable: Paise; tax: Paise; total: Paise };

export const QuoteEntity = new EntitySchema<QuoteRow>({
  name: 'quote',
  tableName: 'quote',
  columns: {
    id: idColumn('id', { primary: true }),
    campaignId: idColumn('campaign_id'),
    requestId: { name: 'request_id', type: 'varchar', length: 64 },
    version: bigintColumn('version'),
    audienceId: idColumn('audience_id'),
    customers: bigintColumn('customers'),
    lines: { name: 'quote_lines', type: 'json' },
    exclusions: { type: 'json' },
    taxable: paiseColumn('taxable_paise'),
    tax: paiseColumn('tax_paise'),
    total: paiseColumn('total_paise'),
    offerEndAt: instantColumn('offer_end_at'),
    createdAt: instantColumn('created_at'),
    expiresAt: instantColumn('expires_at'),
  },
});

export function createQuoteRepository(db: Database): QuoteRepository {
  const quotes = () => db.getRepository(QuoteEntity);
  const find = async (where: Partial<Pick<Quote, 'id' | 'campaignId' | 'requestId'>>) => {
    const row = await quotes().findOneBy(where);
    return row === null ? undefined : fromRow(row);
  };
  return {
    find: (id) => find({ id }),
    findByRequest: (campaignId, requestId) => find({ campaignId, requestId }),
    async createOnce(quote) {
      try {
        await quotes().insert(toRow(quote));
        return quote;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        return fromRow(await quotes().findOneByOrFail({ campaignId: quote.campaignId, requestId: quote.requestId }));
      }
    },
    reserveAudience: ({ campaignId, version, newId, now, expiresAt }) =>
      transaction(db, async (tx) => {
        const key = [idToBytes(campaignId), version];
        await tx.query(
          `INSERT INTO audience (campaign_id, version, audience_id, expires_at) VALUES (?, ?, ?, ?)
           ON DUPLICATE KEY UPDATE audience_id = IF(expires_at <= ?, VALUES(audience_id), audience_id),
                                   expires_at = IF(expires_at <= ?, VALUES(expires_at), expires_at)`,
          [...key, idToBytes(newId), expiresAt, now, now],
        );
        const [row] = await tx.query('SELECT audience_id FROM audience WHERE campaign_id = ? AND version = ?', key);
        return idFromBytes(row.audience_id);
      }),
  };
}

function toRow({ price, ...quote }: Quote): QuoteRow {
  return { ...quote, ...price };
}

function fromRow({ taxable, tax, total, ...row }: QuoteRow): Quote {
  return { ...row, price: { taxable, tax, total } };
}
