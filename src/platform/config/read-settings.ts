import { z } from 'zod';
import { StartupError } from '../bootstrap/startup-error.js';
import { demoApiKeys, parseApiKeys } from './api-keys.js';
import { oneOf, setting } from './setting.js';
import { Settings } from './settings.js';
import { sendsTraces, traceVariables } from './trace-variables.js';

/** Signs webhooks outside production when `WEBHOOK_SECRET` is not set, so that the examples can be pasted. */
const DEMO_WEBHOOK_SECRET = 'demo-webhook-secret';

const whole = (least: number, most: number) =>
  setting(`a whole number between ${least} and ${most}`, (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    return value >= least && value <= most ? value : undefined;
  });

const onOff = setting('on or off', (text) => ({ on: true, off: false })[text]);

const port = whole(0, 65_535);
const minorUnits = whole(0, Number.MAX_SAFE_INTEGER);

const postgresUrl = setting('a connection string such as postgres://user:password@host:5432/name', (text) =>
  URL.canParse(text) && ['postgres:', 'postgresql:'].includes(new URL(text).protocol) ? text : undefined,
);

const apiKeys = setting('name:role:sha256hex, comma-separated, with distinct names and keys', parseApiKeys);

const secrets = setting('one secret, or two separated by a comma', (text) => {
  const parts = text.split(',').map((part) => part.trim());
  return parts.length <= 2 && parts.every(Boolean) ? parts : undefined;
});

const environmentSchema = z.object({
  NODE_ENV: z.string().optional(),
  PORT: port.default(3000),
  HOST: z.string().optional(),
  DATABASE_URL: postgresUrl.nullable().default(null),
  DATA_DIR: z.string().default('.data'),
  ROLE: oneOf('api', 'worker', 'all').default('all'),
  API_KEYS: apiKeys.optional(),
  WEBHOOK_SECRET: secrets.optional(),
  METRICS_PORT: port.nullable().default(null),
  LOG_LEVEL: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent').default('info'),
  LEASE_SECONDS: whole(1, 3600).default(10),
  REVIEW_ABOVE: minorUnits.default(1_000_000),
  HISTORY_DAYS: whole(0, 36_500).default(400),
  SANDBOX: onOff.optional(),
  SANDBOX_TRACKING: onOff.default(false),
  RATE_LIMIT: whole(0, 1_000_000).default(0),
  SECOND_PERSON_ABOVE: minorUnits.default(0),
  ...traceVariables,
});

/**
 * Reads the settings; a variable that is set but empty counts as not set.
 *
 * @throws StartupError with one line for every setting that is wrong; it repeats the value unless that may be secret.
 */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const given = Object.fromEntries(Object.entries(environment).filter(([, text]) => text?.trim()));
  const parsed = environmentSchema.safeParse(given);
  const production = given.NODE_ENV === 'production';
  const problems = [
    ...(parsed.error?.issues ?? []).map(({ path: [name], message }) =>
      describe(String(name), message, given),
    ),
    ...(production ? missingInProduction(given) : []),
    ...(given.SANDBOX === 'off' || (production && !given.SANDBOX) ? [NO_ADAPTERS] : []),
  ];
  if (!parsed.data || problems.length > 0) throw new StartupError(problems.join('\n'));
  const values = parsed.data;
  return new Settings({
    production,
    port: values.PORT,
    host: values.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
    databaseUrl: values.DATABASE_URL,
    dataDir: values.DATA_DIR,
    role: values.ROLE,
    apiKeys: values.API_KEYS ?? demoApiKeys,
    demoKeys: !values.API_KEYS,
    webhookSecrets: values.WEBHOOK_SECRET ?? [DEMO_WEBHOOK_SECRET],
    metricsPort: values.METRICS_PORT,
    logLevel: values.LOG_LEVEL,
    traces: sendsTraces(values),
    leaseSeconds: values.LEASE_SECONDS,
    reviewAbove: values.REVIEW_ABOVE,
    historyDays: values.HISTORY_DAYS,
    sandbox: values.SANDBOX ?? true,
    sandboxTracking: values.SANDBOX_TRACKING,
    rateLimit: values.RATE_LIMIT,
    secondPersonAbove: values.SECOND_PERSON_ABOVE,
  });
}

const NO_ADAPTERS =
  'SANDBOX: off needs a configured payment gateway and carrier, and there is none; set SANDBOX=on to use the sandbox ones';

/** Nobody may call a production installation with a key or a signature that is printed in its documentation. */
function missingInProduction(given: Record<string, string | undefined>): string[] {
  const problems = [];
  if (!given.API_KEYS)
    problems.push('API_KEYS: must be set in production, to name:role:sha256hex, comma-separated');
  if (!given.WEBHOOK_SECRET) problems.push('WEBHOOK_SECRET: must be set in production');
  return problems;
}

const SECRET = [
  ...['API_KEYS', 'WEBHOOK_SECRET', 'DATABASE_URL'],
  ...['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'],
];

function describe(name: string, expected: string, given: Record<string, string | undefined>): string {
  return (
    `${name}: must be ${expected}` + (SECRET.includes(name) ? '' : `, was ${JSON.stringify(given[name])}`)
  );
}
