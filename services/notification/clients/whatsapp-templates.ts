import { createExchange, parseJson } from '@doffers/provider-http';
import { z } from 'zod';

const templateSchema = z.object({
  id: z.string(),
  name: z.string(),
  language: z.string(),
  category: z.string(),
  status: z.string(),
  rejected_reason: z.string().optional(),
  components: z.array(z.looseObject({ type: z.string() })),
});

/** A template as Meta stores it. */
export type StoredTemplate = z.infer<typeof templateSchema>;

export type NewTemplate = {
  readonly name: string;
  readonly language: string;
  readonly category: 'MARKETING' | 'UTILITY' | 'AUTHENTICATION';
  readonly components: readonly Readonly<Record<string, unknown>>[];
};

export type TemplateOutcome<T> =
  | { readonly kind: 'ok'; readonly value: T }
  /** Meta says no; `details` tells why in its words. */
  | { readonly kind: 'refused'; readonly code: number; readonly details: string }
  | { readonly kind: 'unavailable'; readonly reason: string };

export type WhatsAppTemplates = {
  create(template: NewTemplate): Promise<TemplateOutcome<{ id: string; status: string }>>;
  list(filter?: { name?: string }): Promise<TemplateOutcome<readonly StoredTemplate[]>>;
  close(): Promise<void>;
};

type Options = { readonly baseUrl: string; readonly token: string; readonly businessAccountId: string };

const apiVersion = 'v23.0';
const createdSchema = z.object({ id: z.string(), status: z.string() });
const pageSchema = z.object({
  data: z.array(templateSchema),
  paging: z.object({ cursors: z.object({ after: z.string() }) }).optional(),
});
const errorSchema = z.object({
  error: z.object({
    code: z.number(),
    message: z.string(),
    error_data: z.object({ details: z.string() }).optional(),
  }),
});

/** Templates of one business account: submitted here, reviewed by Meta, reported by webhook. */
export function createWhatsAppTemplates({ baseUrl, token, businessAccountId }: Options): WhatsAppTemplates {
  const { origin, pathname } = new URL(baseUrl);
  const exchange = createExchange({ origin, connections: 4, deadlineMs: 20_000 });
  const path = `${pathname.replace(/\/$/, '')}/${apiVersion}/${businessAccountId}/message_templates`;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };

  async function call<T>(
    request: { method: 'GET' | 'POST'; path: string; body?: string },
    schema: z.ZodType<T>,
  ): Promise<TemplateOutcome<T>> {
    const outcome = await exchange.send({ ...request, headers });
    if (outcome.kind !== 'reply') return { kind: 'unavailable', reason: outcome.reason };
    const json = parseJson(outcome.body);
    const value = schema.safeParse(json);
    if (outcome.status === 200 && value.success) return { kind: 'ok', value: value.data };
    const error = errorSchema.safeParse(json);
    if (!error.success || outcome.status >= 500) return { kind: 'unavailable', reason: `status_${outcome.status}` };
    const { code, message, error_data } = error.data.error;
    return { kind: 'refused', code, details: error_data?.details ?? message };
  }

  return {
    create: (template) => call({ method: 'POST', path, body: JSON.stringify(template) }, createdSchema),
    async list({ name } = {}) {
      const templates: StoredTemplate[] = [];
      for (let after = ''; ; ) {
        const query = new URLSearchParams({ limit: '100', ...(name && { name }), ...(after && { after }) });
        const page = await call({ method: 'GET', path: `${path}?${query.toString()}` }, pageSchema);
        if (page.kind !== 'ok') return page;
        templates.push(...page.value.data);
        after = page.value.paging?.cursors.after ?? '';
        if (after === '') return { kind: 'ok', value: templates };
      }
    },
    close: () => exchange.close(),
  };
}
