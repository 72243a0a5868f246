import { idColumn, instantColumn } from '@doffers/database';
import { EntitySchema } from 'typeorm';
import type { GeneratedText, ModelCall } from '../domain/generated-text.ts';

export const TextEntity = new EntitySchema<GeneratedText>({
  name: 'text',
  tableName: 'generated_text',
  columns: {
    id: idColumn('id', { primary: true }),
    shopId: idColumn('shop_id'),
    offerId: idColumn('offer_id'),
    whatsappBody: { name: 'whatsapp_body', type: 'text' },
    title: { type: 'varchar', length: 255 },
    body: { type: 'varchar', length: 1000 },
    source: { type: 'varchar', length: 12 },
    createdAt: instantColumn('created_at'),
  },
});

type ModelCallRow = ModelCall & { readonly id: string; readonly shopId: string; readonly createdAt: Date };

export const ModelCallEntity = new EntitySchema<ModelCallRow>({
  name: 'model_call',
  tableName: 'model_call',
  columns: {
    id: idColumn('id', { primary: true }),
    shopId: idColumn('shop_id'),
    model: { type: 'varchar', length: 80 },
    providerRequestId: { name: 'provider_request_id', type: 'varchar', length: 120 },
    inputTokens: { name: 'input_tokens', type: 'int', unsigned: true },
    outputTokens: { name: 'output_tokens', type: 'int', unsigned: true },
    outcome: { type: 'varchar', length: 200 },
    createdAt: instantColumn('created_at'),
  },
});
