import { idFromBytes, idToBytes, isDuplicateKey, type Transaction } from '@doffers/database';
import { type Paise, paise } from '@doffers/money';
import type { MessageUnits } from '../domain/message-units.ts';
import { type PackVersion, packExists } from '../domain/pack-version.ts';

export type PackCatalogue = {
  /** All packs as they stand, by id. */
  list(): Promise<readonly PackVersion[]>;
  /** The versions of a pack, newest first. */
  versions(packId: string): Promise<readonly PackVersion[]>;
  /** A pack as it stands, locked until the transaction ends. */
  lock(packId: string): Promise<PackVersion | undefined>;
  /**
   * Stores the next version of a pack that was locked, or the first of one that was not there.
   * @throws DomainError `PACK_EXISTS` when another made it first
   */
  save(version: PackVersion): Promise<void>;
};

/** The catalogue within one transaction; reads also statement by statement. */
export function createPackCatalogue(tx: Transaction): PackCatalogue {
  const read = async (where: string, values: readonly unknown[] = []): Promise<PackVersion[]> => {
    const rows: VersionRow[] = await tx.query(`SELECT v.* FROM pack_version v ${where}`, [...values]);
    return rows.map(toVersion);
  };
  return {
    list: () => read('JOIN pack p ON p.id = v.pack_id AND p.version = v.version ORDER BY v.pack_id'),
    versions: (packId) => read('WHERE v.pack_id = ? ORDER BY v.version DESC', [packId]),
    async lock(packId) {
      const [pack] = await tx.query('SELECT version FROM pack WHERE id = ? FOR UPDATE', [packId]);
      if (pack === undefined) return undefined;
      const [version] = await read('WHERE v.pack_id = ? AND v.version = ?', [packId, pack.version]);
      return version;
    },
    async save({ pack, version, onSale, actorId, createdAt }) {
      const { id, name, offers, messages, price, validDays } = pack;
      const terms = [name, offers, JSON.stringify(messages), price, validDays, onSale, version];
      if (version > 1) {
        await tx.query(
          `UPDATE pack SET name = ?, offers = ?, messages = ?, price_paise = ?, valid_days = ?, on_sale = ?, version = ?
            WHERE id = ?`,
          [...terms, id],
        );
      } else {
        await insertPack(tx, [...terms, id]);
      }
      await tx.query(
        `INSERT INTO pack_version
           (name, offers, messages, price_paise, valid_days, on_sale, version, pack_id, actor_id, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [...terms, id, actorId === undefined ? null : idToBytes(actorId), createdAt],
      );
    },
  };
}

async function insertPack(tx: Transaction, values: readonly unknown[]): Promise<void> {
  try {
    await tx.query(
      `INSERT INTO pack (name, offers, messages, price_paise, valid_days, on_sale, version, id)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      [...values],
    );
  } catch (error) {
    throw isDuplicateKey(error) ? packExists() : error;
  }
}

type VersionRow = {
  readonly pack_id: string;
  readonly version: number;
  readonly name: string;
  readonly offers: number;
  readonly messages: string;
  readonly price_paise: string;
  readonly valid_days: number;
  readonly on_sale: number;
  readonly actor_id: Buffer | null;
  readonly created_at: Date;
};

function toVersion(row: VersionRow): PackVersion {
  const price: Paise = paise(Number(row.price_paise));
  const messages = JSON.parse(row.messages) as MessageUnits;
  const { name, offers, valid_days: validDays } = row;
  return {
    pack: { id: row.pack_id, name, offers, messages, price, validDays },
    version: row.version,
    onSale: row.on_sale === 1,
    actorId: row.actor_id === null ? undefined : idFromBytes(row.actor_id),
    createdAt: row.created_at,
  };
}
