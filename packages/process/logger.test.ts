import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLogger, type LogLevel } from './logger.ts';

/** A logger whose lines the test can read. */
function recording(level: LogLevel = 'trace') {
  const lines: string[] = [];
  const log = createLogger({ name: 'user', level, destination: { write: (line) => void lines.push(line) } });
  return { log, lines, entries: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('the logger', () => {
  it('writes one JSON line with level, time, process and message', () => {
    const { log, entries } = recording();
    log.info({ requestId: 'r-1' }, 'shop approved');
    const [entry] = entries();
    assert.equal(entry?.level, 'info');
    assert.equal(entry?.name, 'user');
    assert.equal(entry?.requestId, 'r-1');
    assert.equal(entry?.msg, 'shop approved');
    assert.match(String(entry?.time), /^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it('leaves out what is below its level', () => {
    const { log, lines } = recording('warn');
    log.info('not this');
    log.warn('this');
    assert.equal(lines.length, 1);
  });

  it('writes an error with message, stack and cause', () => {
    const { log, entries } = recording();
    log.error({ err: new Error('it broke', { cause: new Error('because') }) }, 'could not settle');
    log.error(new Error('alone'));
    const [withField, alone] = entries() as [Entry, Entry];
    assert.equal(withField.msg, 'could not settle');
    assert.equal(withField.err.message, 'it broke');
    assert.match(withField.err.stack, /logger\.test\.ts/);
    assert.equal(withField.err.cause?.message, 'because');
    assert.equal(alone.msg, 'alone');
    assert.equal(alone.err.type, 'Error');
  });

  it('lets no canary through, whichever way it is logged', () => {
    const phone = '9876543210';
    const code = '482913';
    const token = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
    const { log, lines } = recording();
    log.info(`call ${phone}`);
    log.info('call %s with %o', phone, { phone });
    log.info({ phone, nested: { text: `otp ${code} for ${phone}`, token } }, `your code is ${code}`);
    log.info({ request: { url: `/v1/x?token=${token}` } });
    log.error(new Error(`SMS to ${phone}: ${token}`));
    log.error({ err: new Error('x', { cause: new Error(phone) }) }, `failed for ${phone}`);
    log
      .child({ to: phone, note: `for ${phone}` })
      .child({ token })
      .warn({ n: 1 }, 'from a child');
    log.info(phone as unknown as object);
    log.info([{ phone }, phone] as unknown as object, 'a list');
    log.info({ value: Number(phone) });
    assert.equal(lines.length, 10);
    for (const line of lines) {
      for (const canary of [phone, code, token]) assert.ok(!line.includes(canary), line);
    }
  });

  it('keeps the level and the fields of a child', () => {
    const { log, entries } = recording('warn');
    const child = log.child({ shopId: 's' });
    child.info('not this');
    child.warn('this');
    assert.deepEqual(
      entries().map(({ msg, shopId }) => ({ msg, shopId })),
      [{ msg: 'this', shopId: 's' }],
    );
  });

  it('does not fail on values that JSON cannot hold', () => {
    const { log, entries } = recording();
    const circle: Record<string, unknown> = { big: 5n };
    circle.self = circle;
    log.info({ circle }, 'still logged');
    assert.equal(entries()[0]?.msg, 'still logged');
  });
});

type LoggedError = { type: string; message: string; stack: string; cause?: LoggedError };
type Entry = { msg: string; err: LoggedError };
