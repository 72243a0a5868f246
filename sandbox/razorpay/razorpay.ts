import { type BeginTurn, interrupted, respond, type Turn } from '../faults/turn.ts';
import type { Incoming } from '../http/incoming.ts';
import type { Route } from '../http/server.ts';
import type { Recorder } from '../recorder/recorder.ts';
import type { SettingsStore } from '../settings/settings.ts';
import type { WebhookSender } from '../webhooks/webhook-sender.ts';
import { checkout } from './checkout.ts';
import { errorOfCode, unauthorised } from './errors.ts';
import { createEvents } from './events.ts';
import { openLedger } from './ledger.ts';
import { capturePayment, createOrder, getOrder, getPayment, listOrderPayments, listOrders } from './orders.ts';
import { createCustomer, createRecurringPayment, deleteToken, listTokens } from './recurring.ts';
import { createRefund, getRefund, listRefunds } from './refunds.ts';
import { listRecon } from './settlements.ts';

export type RazorpayConfig = {
  readonly keyId: string;
  readonly keySecret: string;
  readonly webhookSecret: string;
  readonly accountId: string;
  readonly callbackUrl: string;
  readonly ledgerFile: string;
};

type Deps = {
  readonly settings: SettingsStore;
  readonly recorder: Recorder;
  readonly webhooks: WebhookSender;
  readonly begin: BeginTurn;
};

/** Razorpay: orders, payments, refunds, settlement reconciliation and their webhooks. */
export async function openRazorpay(
  config: RazorpayConfig,
  deps: Deps,
): Promise<{ routes: readonly Route[]; close(): void }> {
  const ledger = await openLedger(config.ledgerFile);
  const events = createEvents({
    ...deps,
    callbackUrl: config.callbackUrl,
    secret: config.webhookSecret,
    accountId: config.accountId,
  });
  const expected = `Basic ${Buffer.from(`${config.keyId}:${config.keySecret}`).toString('base64')}`;

  function route(method: Route['method'], pattern: RegExp, act: (turn: Turn) => void): Route {
    return {
      method,
      pattern,
      handle(incoming) {
        const turn = deps.begin(incoming, { provider: 'razorpay' });
        record(incoming);
        if (incoming.request.headers.authorization !== expected) return respond(turn, unauthorised());
        if (interrupted(turn, errorOfCode)) return;
        act(turn);
      },
    };
  }

  /** One line a call, written before its answer leaves; 0 stands for a call that gets none. */
  function record({ request, response, path, body }: Incoming): void {
    const key = request.headers['x-refund-idempotency'];
    const write = (status: number) =>
      deps.recorder.call({
        atMs: Date.now(),
        provider: 'razorpay',
        method: request.method ?? '',
        path,
        status,
        key: typeof key === 'string' ? key : undefined,
        ...(body.length > 0 && { detail: { request: body.toString('utf8').slice(0, 2_000) } }),
      });
    response.once('prefinish', () => write(response.statusCode));
    response.once('close', () => {
      if (!response.writableEnded) write(0);
    });
  }

  return {
    routes: [
      route('POST', /^\/v1\/orders$/, (turn) => createOrder(turn, ledger)),
      route('GET', /^\/v1\/orders$/, (turn) => listOrders(turn, ledger)),
      route('GET', /^\/v1\/orders\/([^/]+)$/, (turn) => getOrder(turn, ledger)),
      route('GET', /^\/v1\/orders\/([^/]+)\/payments$/, (turn) => listOrderPayments(turn, ledger)),
      route('GET', /^\/v1\/payments\/([^/]+)$/, (turn) => getPayment(turn, ledger)),
      route('POST', /^\/v1\/payments\/([^/]+)\/capture$/, (turn) => capturePayment(turn, ledger)),
      route('POST', /^\/v1\/payments\/([^/]+)\/refund$/, (turn) =>
        createRefund(turn, { ledger, events, settings: deps.settings }),
      ),
      route('GET', /^\/v1\/payments\/([^/]+)\/refunds$/, (turn) => listRefunds(turn, ledger)),
      route('POST', /^\/v1\/payments\/create\/recurring$/, (turn) => createRecurringPayment(turn, { ledger, events })),
      route('POST', /^\/v1\/customers$/, (turn) => createCustomer(turn, ledger)),
      route('GET', /^\/v1\/customers\/([^/]+)\/tokens$/, (turn) => listTokens(turn, ledger)),
      route('DELETE', /^\/v1\/customers\/([^/]+)\/tokens\/([^/]+)$/, (turn) => deleteToken(turn, ledger)),
      route('GET', /^\/v1\/refunds\/([^/]+)$/, (turn) => getRefund(turn, ledger)),
      route('GET', /^\/v1\/settlements\/recon\/combined$/, (turn) => listRecon(turn, ledger)),
      {
        method: 'POST',
        pattern: /^\/sandbox\/checkout$/,
        handle: (incoming) =>
          checkout(deps.begin(incoming, { provider: 'razorpay' }), { ledger, events, keySecret: config.keySecret }),
      },
    ],
    close: () => ledger.close(),
  };
}
