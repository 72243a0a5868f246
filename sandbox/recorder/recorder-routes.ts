import { once } from 'node:events';
import type { Incoming } from '../http/incoming.ts';
import { send } from '../http/reply.ts';
import type { Route } from '../http/server.ts';
import type { Readings } from './readings.ts';
import { campaignOf, type Recorder, recipientHash } from './recorder.ts';

type Deps = {
  readonly recorder: Recorder;
  readonly readings: { readonly sms: Readings; readonly whatsapp: Readings };
};

/** The oracle that tests and audits read: what the outside world accepted, not what the platform believes. */
export function createRecorderRoutes({ recorder, readings }: Deps): Route[] {
  return [
    {
      method: 'GET',
      pattern: /^\/recorder\/messages$/,
      handle: (incoming) => {
        const filter = {
          campaign: incoming.query.get('campaign') ?? undefined,
          channel: incoming.query.get('channel') ?? undefined,
          sinceMs: sinceMs(incoming),
        };
        return streamNdjson(incoming, recorder.messages(filter), ({ to, ...message }) => ({
          ...message,
          campaign: campaignOf(message.delivery),
          recipientHash: recipientHash(to),
        }));
      },
    },
    {
      method: 'GET',
      pattern: /^\/recorder\/calls$/,
      handle: (incoming) => {
        const provider = incoming.query.get('provider') ?? undefined;
        return streamNdjson(incoming, recorder.calls({ provider, sinceMs: sinceMs(incoming) }), (call) => call);
      },
    },
    {
      method: 'GET',
      pattern: /^\/recorder\/(sms|whatsapp)\/last$/,
      handle(incoming) {
        const channel = incoming.params[0] === 'sms' ? readings.sms : readings.whatsapp;
        const phone = (incoming.query.get('phone') ?? '').replace(/\D/g, '');
        const reading = channel.last(phone);
        if (reading) send(incoming, { status: 200, body: reading });
        else send(incoming, { status: 404, body: { error: { message: 'this phone has received nothing' } } });
      },
    },
    {
      method: 'POST',
      pattern: /^\/recorder:reset$/,
      handle(incoming) {
        recorder.reset();
        readings.sms.clear();
        readings.whatsapp.clear();
        send(incoming, { status: 200, body: {} });
      },
    },
  ];
}

/** `since` is a time in milliseconds or in ISO 8601. */
function sinceMs({ query }: Incoming): number | undefined {
  const since = query.get('since');
  if (!since) return undefined;
  return /^\d+$/.test(since) ? Number(since) : Date.parse(since);
}

async function streamNdjson<T>(
  { response }: Incoming,
  rows: AsyncIterable<T>,
  show: (row: T) => object,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson; charset=utf-8' });
  let buffer = '';
  for await (const row of rows) {
    if (response.destroyed) return;
    buffer += `${JSON.stringify(show(row))}\n`;
    if (buffer.length < 64 * 1024) continue;
    if (!response.write(buffer)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
    buffer = '';
  }
  response.end(buffer);
}
