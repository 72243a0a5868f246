import { type Bindings, type DestinationStream, type Logger as PinoLogger, pino } from 'pino';
import { redact, redactText } from './redaction.ts';

export type Logger = PinoLogger;
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';
type Options = { readonly name: string; readonly level?: LogLevel; readonly destination?: DestinationStream };

/**
 * JSON lines on standard output. Everything that is logged passes through `redact`, so that no caller can forget it.
 * Write a constant message and put what varies into fields.
 */
export function createLogger({ name, level = 'info', destination }: Options): Logger {
  const logger = pino(
    {
      name,
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
      },
      // `redact` has already made plain data of every error.
      serializers: { err: (err: unknown) => err },
      // The hook sees what the caller passed, before pino formats or serialises any of it.
      hooks: {
        logMethod(args, method) {
          const [first, ...rest] = args as unknown as [unknown, ...unknown[]];
          const cleaned = [first instanceof Error ? errorEntry(first) : redact(first), ...rest.map(redact)];
          if (first instanceof Error && rest.length === 0) cleaned.push(redactText(first.message));
          method.apply(this, cleaned as unknown as Parameters<typeof method>);
        },
      },
    },
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
  // pino formats the bindings of a root logger only. Children inherit this override, at any depth.
  const { child } = logger;
  logger.child = function childOf(this: PinoLogger, bindings: Bindings, options) {
    return child.call(this, redact(bindings) as Bindings, options);
  } as typeof child;
  return logger;
}

const errorEntry = (error: Error) => ({ err: redact(error) });
