import { randomBytes } from 'node:crypto';
import { createExchange } from '@doffers/provider-http';
import { z } from 'zod';
import { bearerToken, type Incoming, jsonBody } from '../http/incoming.ts';
import { send } from '../http/reply.ts';
import type { Route } from '../http/server.ts';
import type { SettingsStore } from '../settings/settings.ts';
import { whatsAppError } from './errors.ts';
import type { WhatsAppWebhooks } from './receipt-sender.ts';
import { lintTemplate, templateRequestSchema } from './template-lint.ts';
import type { Template, TemplateRegistry } from './templates.ts';
import { type Account, inboundBody, preferencesBody, templateStatusBody } from './webhook-body.ts';

type Deps = {
  readonly token: string;
  readonly account: Account;
  readonly sender: string;
  readonly callbackUrl: string;
  readonly verifyToken: string;
  readonly templates: TemplateRegistry;
  readonly settings: SettingsStore;
  readonly webhooks: WhatsAppWebhooks;
  readonly openWindow: (phone: string) => void;
};

/** Template management, and what in the real world people and reviewers do: write, opt out, approve, pause. */
export function createAccountRoutes(deps: Deps): Route[] {
  return [...templateRoutes(deps), ...actorRoutes(deps)];
}

function templateRoutes(deps: Deps): Route[] {
  const pattern = /^\/v\d+\.0\/(\d+)\/message_templates$/;
  const authorised = (handle: (incoming: Incoming) => void) => (incoming: Incoming) => {
    if (bearerToken(incoming) !== deps.token) return send(incoming, whatsAppError(190));
    if (incoming.params[0] !== deps.account.wabaId)
      return send(incoming, whatsAppError(100, 'Unknown business account'));
    return handle(incoming);
  };
  return [
    { method: 'GET', pattern, handle: authorised((incoming) => listTemplates(deps, incoming)) },
    { method: 'POST', pattern, handle: authorised((incoming) => createTemplate(deps, incoming)) },
    {
      method: 'DELETE',
      pattern,
      handle: authorised((incoming) => {
        const removed = deps.templates.remove(incoming.query.get('name') ?? '');
        send(incoming, removed > 0 ? { status: 200, body: { success: true } } : whatsAppError(100, 'No such template'));
      }),
    },
  ];
}

function listTemplates({ templates }: Deps, incoming: Incoming): void {
  const { query } = incoming;
  const limit = Math.min(Number(query.get('limit') ?? 25), 1000);
  const after = Number(Buffer.from(query.get('after') ?? '', 'base64').toString() || 0);
  const fitting = templates
    .list()
    .filter((template) => matches(query.get('name'), template.name) && matches(query.get('status'), template.status));
  const end = after + limit;
  send(incoming, {
    status: 200,
    body: {
      data: fitting.slice(after, end).map((template) => ({
        ...template,
        rejected_reason: template.status === 'REJECTED' ? 'INVALID_FORMAT' : 'NONE',
      })),
      ...(end < fitting.length && { paging: { cursors: { after: Buffer.from(String(end)).toString('base64') } } }),
    },
  });
}

function matches(wanted: string | null, value: string): boolean {
  return wanted === null || wanted === value;
}

function createTemplate(deps: Deps, incoming: Incoming): void {
  const parsed = templateRequestSchema.safeParse(jsonBody(incoming));
  if (!parsed.success) return send(incoming, whatsAppError(100, z.prettifyError(parsed.error)));
  const wrong = lintTemplate(parsed.data);
  if (wrong) return send(incoming, whatsAppError(100, wrong));
  if (deps.templates.find(parsed.data.name, parsed.data.language)) {
    return send(incoming, whatsAppError(100, 'There is already content in this language for this template'));
  }
  const template: Template = { ...parsed.data, id: deps.templates.newId(), status: 'PENDING' };
  deps.templates.put(template);
  setTimeout(() => {
    const current = deps.templates.find(template.name, template.language);
    // A reviewer rejects what is named so; everything else passes.
    if (current?.status === 'PENDING')
      review(deps, current, template.name.includes('reject') ? 'REJECTED' : 'APPROVED');
  }, deps.settings.get().whatsapp.templateReviewMs).unref();
  send(incoming, { status: 200, body: { id: template.id, status: 'PENDING', category: template.category } });
}

function review({ templates, webhooks, account }: Deps, template: Template, status: Template['status']): void {
  const reviewed = { ...template, status };
  templates.put(reviewed);
  webhooks.post(templateStatusBody(account, reviewed));
}

const statusChange = z.strictObject({
  name: z.string(),
  language: z.string(),
  status: z.enum(['APPROVED', 'REJECTED', 'PAUSED', 'DISABLED']),
});
const inbound = z.strictObject({ from: z.string().regex(/^\d{8,15}$/), text: z.string().min(1) });
const preference = z.strictObject({ from: z.string().regex(/^\d{8,15}$/), value: z.enum(['stop', 'resume']) });

function actorRoutes(deps: Deps): Route[] {
  const { account, sender, webhooks } = deps;
  return [
    actor('template-status', statusChange, ({ name, language, status }) => {
      const template = deps.templates.find(name, language);
      if (template) review(deps, template, status);
      return template ? { name, language, status } : undefined;
    }),
    actor('inbound', inbound, ({ from, text }) => {
      const id = `wamid.${randomBytes(33).toString('base64')}`;
      deps.openWindow(from);
      webhooks.post(inboundBody(account, sender, { from, id, text }));
      return { id };
    }),
    actor('preference', preference, ({ from, value }) => {
      webhooks.post(preferencesBody(account, sender, { waId: from, value }));
      return { from, value };
    }),
    {
      method: 'POST',
      pattern: /^\/sandbox\/verify$/,
      handle: async (incoming) => send(incoming, { status: 200, body: await handshake(deps) }),
    },
  ];
}

function actor<T>(name: string, schema: z.ZodType<T>, act: (input: T) => object | undefined): Route {
  return {
    method: 'POST',
    pattern: new RegExp(`^/sandbox/${name}$`),
    handle(incoming) {
      const input = schema.safeParse(jsonBody(incoming));
      if (!input.success) {
        return send(incoming, { status: 400, body: { error: { message: z.prettifyError(input.error) } } });
      }
      const result = act(input.data);
      send(
        incoming,
        result ? { status: 200, body: result } : { status: 404, body: { error: { message: 'not found' } } },
      );
    },
  };
}

/** What the app dashboard does when somebody saves a callback URL: no signature, and the challenge must come back. */
async function handshake({ callbackUrl, verifyToken }: Deps): Promise<{ verified: boolean; status?: number }> {
  const challenge = String(1_000_000_000 + Math.floor(Math.random() * 1e9));
  const query = new URLSearchParams({
    'hub.mode': 'subscribe',
    'hub.verify_token': verifyToken,
    'hub.challenge': challenge,
  });
  const { origin, pathname } = new URL(callbackUrl);
  const exchange = createExchange({ origin, connections: 1, deadlineMs: 5_000 });
  const outcome = await exchange.send({ method: 'GET', path: `${pathname}?${query.toString()}` });
  await exchange.close();
  if (outcome.kind !== 'reply') return { verified: false };
  return { verified: outcome.status === 200 && outcome.body.trim() === challenge, status: outcome.status };
}
