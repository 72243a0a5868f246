import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { select, startInOrder, stopInOrder } from './platform.ts';
import type { ProcessDefinition } from './process-definition.ts';
import type { SupervisedProcess } from './supervised-process.ts';

function definition(name: string, after: readonly string[] = []): ProcessDefinition {
  const ready = async () => undefined;
  return { name, after, command: name, args: [], env: {}, cwd: '/', ports: {}, ready, stopGraceMs: 0 };
}

const platform = [
  definition('gateway', ['auth', 'offer']),
  definition('offer', ['database']),
  definition('auth', ['database']),
  definition('database'),
];

/** Processes that tell when they began to start or stop and when they had. */
function recorded(definitions: readonly ProcessDefinition[], broken?: string) {
  const events: string[] = [];
  const act = async (verb: string, name: string) => {
    events.push(`${verb} ${name}`);
    await Promise.resolve();
    if (name === broken) throw new Error(`${name} is broken`);
    events.push(`${name} done`);
  };
  const processes = definitions.map(
    (definition): SupervisedProcess => ({
      definition,
      start: () => act('start', definition.name),
      stop: () => act('stop', definition.name),
      status: () => ({ name: definition.name, state: 'ready', port: undefined, restarts: 0 }),
    }),
  );
  return { processes, events };
}

describe('starting in order', () => {
  it('starts a process once all that it waits for are ready, and independent ones together', async () => {
    const { processes, events } = recorded(platform);
    await startInOrder(processes);
    assert.deepEqual(events.slice(0, 2), ['start database', 'database done']);
    assert.deepEqual(events.slice(2, 4).toSorted(), ['start auth', 'start offer']);
    assert.deepEqual(events.slice(-2), ['start gateway', 'gateway done']);
  });

  it('starts nothing that waits for a process which does not start', async () => {
    const { processes, events } = recorded(platform, 'auth');
    await assert.rejects(startInOrder(processes), /auth is broken/);
    assert.equal(events.includes('start gateway'), false);
  });
});

describe('stopping in order', () => {
  it('stops a process once everything that needs it is gone', async () => {
    const { processes, events } = recorded(platform);
    await stopInOrder(processes);
    assert.deepEqual(events.slice(0, 2), ['stop gateway', 'gateway done']);
    assert.deepEqual(events.slice(-2), ['stop database', 'database done']);
  });
});

describe('selecting processes', () => {
  const names = (selection: Parameters<typeof select>[1]) => select(platform, selection).map(({ name }) => name);

  it('takes all by default', () => assert.equal(names({}).length, 4));
  it('takes the named ones with what they need', () =>
    assert.deepEqual(names({ only: ['offer'] }), ['offer', 'database']));
  it('leaves out what somebody runs by hand', () => {
    assert.deepEqual(names({ without: ['offer'] }), ['gateway', 'auth', 'database']);
  });
  it('refuses a name that no process has', () =>
    assert.throws(() => names({ only: ['ofer'] }), /ofer; there are gateway/));
});
