import { createHash } from 'node:crypto';
import { readSettings } from './read-settings.js';

const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');
const production = {
  NODE_ENV: 'production',
  SANDBOX: 'on',
  WEBHOOK_SECRET: 'secret',
  API_KEYS: `shop:client:${sha256('k')}`,
};

describe('readSettings', () => {
  it('needs nothing on a developer’s machine', () => {
    expect(readSettings({})).toMatchObject({
      production: false,
      port: 3000,
      host: '127.0.0.1',
      databaseUrl: null,
      dataDir: '.data',
      role: 'all',
      demoKeys: true,
      metricsPort: null,
      logLevel: 'info',
      leaseSeconds: 10,
      reviewAbove: 1_000_000,
      sandbox: true,
      sandboxTracking: false,
      rateLimit: 0,
      secondPersonAbove: 0,
      traces: false,
    });
  });

  it.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, true],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://collector/v1/traces' }, true],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, true],
    [{ OTEL_SERVICE_NAME: 'shop', OTEL_TRACES_SAMPLER: 'always_on' }, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', OTEL_TRACES_EXPORTER: 'none' }, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', OTEL_SDK_DISABLED: 'TRUE' }, false],
  ])('sends traces when it is told where to, or that it shall: %j', (environment, traces) => {
    expect(readSettings(environment)).toMatchObject({ traces });
  });

  it('refuses ways to a collector that it does not know, without repeating where that is', () => {
    const environment = {
      OTEL_TRACES_EXPORTER: 'zipkin',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'secret@collector',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_TRACES_SAMPLER: 'sometimes',
    };
    expect(() => readSettings(environment)).toThrow(
      /^OTEL_TRACES_EXPORTER: must be one of otlp, none, was "zipkin"\nOTEL_EXPORTER_OTLP_ENDPOINT: must be an address such as http:\/\/localhost:4318\nOTEL_EXPORTER_OTLP_PROTOCOL: must be one of http\/json, was "grpc"\nOTEL_TRACES_SAMPLER: must be one of always_on, /,
    );
  });

  it('takes what is set but empty as not set', () => {
    expect(readSettings({ PORT: '', DATABASE_URL: ' ', API_KEYS: '' })).toMatchObject({
      port: 3000,
      databaseUrl: null,
      demoKeys: true,
    });
  });

  it('names every wrong setting at once, with what it was', () => {
    expect(() => readSettings({ PORT: 'abc', ROLE: 'boss', LEASE_SECONDS: '0', SANDBOX: 'maybe' })).toThrow(
      'PORT: must be a whole number between 0 and 65535, was "abc"\n' +
        'ROLE: must be one of api, worker, all, was "boss"\n' +
        'LEASE_SECONDS: must be a whole number between 1 and 3600, was "0"\n' +
        'SANDBOX: must be on or off, was "maybe"',
    );
  });

  it.each(['70000', '-1', '1.5', '1e3', '0x10', ' 80'])('refuses the port %j', (PORT) => {
    expect(() => readSettings({ PORT })).toThrow('PORT: must be');
  });

  it.each([
    'shop:client',
    'shop:boss:' + sha256('k'),
    'shop:client:abc',
    `a:client:${sha256('k')},b:client:${sha256('k')}`,
  ])('refuses the keys %s without repeating them', (API_KEYS) => {
    const attempt = () => readSettings({ API_KEYS });
    expect(attempt).toThrow('API_KEYS: must be name:role:sha256hex');
    expect(attempt).not.toThrow(API_KEYS);
  });

  it('reads keys as name, role and digest', () => {
    const { apiKeys, demoKeys } = readSettings({
      API_KEYS: `shop:client:${sha256('one')}, ops:operator:${sha256('two').toUpperCase()}`,
    });
    expect(demoKeys).toBe(false);
    expect(apiKeys.map(({ name, role, sha256: digest }) => [name, role, digest.toString('hex')])).toEqual([
      ['shop', 'client', sha256('one')],
      ['ops', 'operator', sha256('two')],
    ]);
  });

  it('has the demonstration keys, each its own name, outside production', () => {
    expect(readSettings({}).apiKeys.map(({ name, role }) => `${name}:${role}`)).toEqual([
      'demo-client:client',
      'demo-operator:operator',
      'demo-supervisor:supervisor',
      'demo-supervisor-2:supervisor',
    ]);
    expect(readSettings({}).apiKeys[0]?.sha256.toString('hex')).toBe(sha256('demo-client'));
  });

  it('refuses to start in production without keys or webhook secret', () => {
    expect(() => readSettings({ NODE_ENV: 'production', SANDBOX: 'on' })).toThrow(
      'API_KEYS: must be set in production, to name:role:sha256hex, comma-separated\nWEBHOOK_SECRET: must be set in production',
    );
    expect(readSettings(production)).toMatchObject({ production: true, host: '0.0.0.0', demoKeys: false });
  });

  it.each([{ SANDBOX: 'off' }, { ...production, SANDBOX: '' }])(
    'refuses to start without sandbox while there is no other gateway and carrier',
    (environment) => {
      expect(() => readSettings(environment)).toThrow(
        'SANDBOX: off needs a configured payment gateway and carrier',
      );
    },
  );

  it('takes two webhook secrets, not three', () => {
    expect(readSettings({ WEBHOOK_SECRET: 'new, old' }).webhookSecrets).toEqual(['new', 'old']);
    expect(() => readSettings({ WEBHOOK_SECRET: 'a,b,c' })).toThrow(
      'WEBHOOK_SECRET: must be one secret, or two',
    );
  });

  it('never repeats a wrong connection string, which may hold a password', () => {
    expect(() => readSettings({ DATABASE_URL: 'mysql://root:hunter2@db/x' })).toThrow(
      /^(?!.*hunter2)DATABASE_URL/,
    );
  });
});
