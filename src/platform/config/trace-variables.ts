import { z } from 'zod';
import { oneOf, setting } from './setting.js';

const httpUrl = setting('an address such as http://localhost:4318', (text) =>
  URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol) ? text : undefined,
);

/** The only way in which this service speaks to a collector; every collector that takes OTLP over HTTP understands it. */
const protocol = oneOf('http/json');

const sampler = oneOf(
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
);

/**
 * The variables of OpenTelemetry that say whether, where to and how: a wrong one is told at start, where the SDK would
 * go on with another value. All others it reads itself.
 */
export const traceVariables = {
  OTEL_SDK_DISABLED: z
    .string()
    .transform((text) => text.toLowerCase() === 'true')
    .default(false),
  OTEL_TRACES_EXPORTER: oneOf('otlp', 'none').optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: httpUrl.optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: protocol.optional(),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocol.optional(),
  OTEL_TRACES_SAMPLER: sampler.optional(),
};

/** Only when somebody has said where to, or that they are to be: nothing leaves the process by default. */
export function sendsTraces(given: {
  readonly OTEL_SDK_DISABLED: boolean;
  readonly OTEL_TRACES_EXPORTER?: 'otlp' | 'none' | undefined;
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string | undefined;
}): boolean {
  if (given.OTEL_SDK_DISABLED) return false;
  if (given.OTEL_TRACES_EXPORTER) return given.OTEL_TRACES_EXPORTER === 'otlp';
  return (given.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? given.OTEL_EXPORTER_OTLP_ENDPOINT) !== undefined;
}
