import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '@doffers/process';
import { sandboxConfig } from '../config.ts';
import { startSandbox } from '../sandbox.ts';
import type { WebhookSenderOptions } from '../webhooks/webhook-sender.ts';

export type InProcessSandbox = {
  readonly url: string;
  readonly directory: string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  stop(): Promise<void>;
};

export type Answer = { readonly status: number; readonly headers: Headers; readonly json: Json; readonly text: string };
export type Json = Record<string, unknown> & {
  readonly error?: { code?: unknown; message?: string; error_data?: { details: string } };
};

/** A sandbox inside the test, on free ports and files of its own. */
export async function startInProcess(
  env: Record<string, string> = {},
  webhooks: WebhookSenderOptions = {},
): Promise<InProcessSandbox> {
  const directory = env.SANDBOX_DIR ?? (await mkdtemp(join(tmpdir(), 'sandbox-')));
  const config = readConfig(sandboxConfig, {
    SANDBOX_HTTP_PORT: '0',
    SANDBOX_TLS_PORT: '0',
    KEYS_DIR: join(directory, 'keys'),
    WEBHOOK_TARGET: 'http://127.0.0.1:9',
    ...env,
    SANDBOX_DIR: directory,
  });
  const onError = (error: unknown) => {
    throw error;
  };
  const sandbox = await startSandbox(config, { onError, webhooks });
  const url = `http://127.0.0.1:${sandbox.httpPort}`;
  return {
    url,
    directory,
    async call(method, path, body, headers = {}) {
      const payload = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
      const answer = await fetch(url + path, { method, headers, ...payload });
      const text = await answer.text();
      const isJson = answer.headers.get('content-type')?.includes('application/json');
      return { status: answer.status, headers: answer.headers, text, json: (isJson ? JSON.parse(text) : {}) as Json };
    },
    async stop() {
      await sandbox.close();
      if (env.SANDBOX_DIR === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}

export const campaign = '0192f3aa-0000-7000-8000-00000000000a';

/** A marketing message as the Cloud API takes it. */
export function whatsAppMessage(number: number, changes: object = {}): object {
  const text = (value: string) => ({ type: 'text', text: value });
  return {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to: String(919800000000 + number),
    type: 'template',
    template: {
      name: 'offer_announcement',
      language: { code: 'en' },
      components: [{ type: 'body', parameters: ['Asha', 'Chai Point', '20% off', '30 Nov'].map(text) }],
    },
    biz_opaque_callback_data: `${campaign}.w.${number}`,
    ...changes,
  };
}

export const whatsAppPath = '/whatsapp/v23.0/100000000000001/messages';
export const whatsAppHeaders = { authorization: 'Bearer sandbox-whatsapp-token' };
