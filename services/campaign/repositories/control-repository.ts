import { bigintColumn, type Database, idColumn, instantColumn, isDuplicateKey } from '@doffers/database';
import { EntitySchema } from 'typeorm';
import type { Control } from '../domain/control.ts';

export type ControlRepository = {
  find(campaignId: string, requestId: string): Promise<Control | undefined>;
  /** Keeps what was commanded and answered; a repetition changes nothing. */
  keep(control: Control): Promise<void>;
};

export const ControlEntity = new EntitySchema<Control>({
  name: 'control',
  tableName: 'control',
  columns: {
    campaignId: idColumn('campaign_id', { primary: true }),
    requestId: { name: 'request_id', type: 'varchar', length: 64, primary: true },
    actorId: idColumn('actor_id'),
    command: { type: 'varchar', length: 80 },
    state: { type: 'varchar', length: 12 },
    openMessages: bigintColumn('open_messages'),
    sendAt: instantColumn('send_at'),
    createdAt: instantColumn('created_at'),
  },
});

export function createControlRepository(db: Database): ControlRepository {
  const controls = () => db.getRepository(ControlEntity);
  return {
    async find(campaignId, requestId) {
      return (await controls().findOneBy({ campaignId, requestId })) ?? undefined;
    },
    async keep(control) {
      try {
        await controls().insert(control);
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    },
  };
}
