import type { LoggerOptions } from 'pino';
import { stdTimeFunctions } from 'pino';
import type { LogLevel } from '../../config/settings.js';
import { currentAbout, currentTrace } from '../trace/trace-context.js';
import { plainArguments } from './plain-arguments.js';
import { redact } from './redact.js';

/** Of Nest's own voices those that name each module and route at every start: heard at `debug` only. */
const CHATTER: ReadonlySet<unknown> = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer']);
const INFO = 30;

/**
 * One JSON object a line, on standard output. The names of fields are a contract with whoever reads the logs:
 * `level` (a word), `time` (ISO 8601, UTC), `pid`, `traceId`, `context` (who speaks), `msg`, `err`. All
 * that there are: docs/operating/signals.md.
 */
export function loggerOptions(level: LogLevel): LoggerOptions {
  return {
    level,
    base: { pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    mixin: () => {
      const trace = currentTrace();
      return trace ? { ...currentAbout(), traceId: trace.traceId } : { ...currentAbout() };
    },
    formatters: {
      level: (label) => ({ level: label }),
      log: (fields) => redact(fields) as Record<string, unknown>,
    },
    serializers: {
      // `formatters.log` has already made it plain; pino's own serializer would add the driver's fields again.
      err: (error: unknown) => error,
    },
    hooks: {
      logMethod(args, method, severity) {
        const [fields, ...words] = plainArguments(args);
        const isChatter = severity === INFO && CHATTER.has(fields.context);
        if (!isChatter || this.isLevelEnabled('debug')) method.apply(this, [fields, ...words] as typeof args);
      },
    },
  };
}
