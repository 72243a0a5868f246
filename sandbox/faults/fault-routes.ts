import { z } from 'zod';
import { type Incoming, jsonBody } from '../http/incoming.ts';
import { send } from '../http/reply.ts';
import type { Route } from '../http/server.ts';
import type { SettingsStore } from '../settings/settings.ts';
import { type FaultScript, faultScriptSchema } from './fault-script.ts';

type Deps = { readonly faults: FaultScript; readonly settings: SettingsStore };

/** The controls of the sandbox: what it shall do wrong, and how fast it is. */
export function createControlRoutes({ faults, settings }: Deps): Route[] {
  return [
    {
      method: 'POST',
      pattern: /^\/faults$/,
      handle: (incoming) =>
        answerValid(incoming, () => {
          faults.add(faultScriptSchema.parse(JSON.parse(incoming.body.toString('utf8'))));
          return faults.list();
        }),
    },
    {
      method: 'GET',
      pattern: /^\/faults$/,
      handle: (incoming) => send(incoming, { status: 200, body: faults.list() }),
    },
    {
      method: 'DELETE',
      pattern: /^\/faults$/,
      handle(incoming) {
        faults.clear();
        send(incoming, { status: 200, body: [] });
      },
    },
    {
      method: 'GET',
      pattern: /^\/settings$/,
      handle: (incoming) => send(incoming, { status: 200, body: settings.get() }),
    },
    {
      method: 'PATCH',
      pattern: /^\/settings$/,
      handle: (incoming) => answerValid(incoming, () => settings.patch(jsonBody(incoming) ?? {})),
    },
    {
      method: 'DELETE',
      pattern: /^\/settings$/,
      handle: (incoming) => send(incoming, { status: 200, body: settings.reset() }),
    },
  ];
}

/** A script with a typing error must fail loudly: a fault that never strikes proves nothing. */
function answerValid(incoming: Incoming, act: () => object): void {
  try {
    send(incoming, { status: 200, body: act() });
  } catch (error) {
    const message = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    send(incoming, { status: 400, body: { error: { message } } });
  }
}
