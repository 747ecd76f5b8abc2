import type { ApiKey } from './api-keys.js';

/** Which part of the system this process is. */
export type Role = 'api' | 'worker' | 'all';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/**
 * The process's settings: read once from the environment, checked together, never changed.
 *
 * A class, so that it is its own injection token: `constructor(private readonly settings: Settings)`.
 */
export class Settings {
  readonly production!: boolean;

  /** TCP port of the API. 0 takes any free one, which start-up prints. Default 3000. */
  readonly port!: number;

  /** Address the API listens on. Default 127.0.0.1; in production 0.0.0.0. */
  readonly host!: string;

  /** Connection string of a PostgreSQL ≥ 15; null runs the embedded one. Default null. */
  readonly databaseUrl!: string | null;

  /** Folder of the embedded database, in which nothing else lives. Default `.data`. */
  readonly dataDir!: string;

  /** `api` serves HTTP, `worker` advances sagas, `all` does both. Default `all`. */
  readonly role!: Role;

  /** Who may call the API. Outside production, without configuration, the demonstration keys. */
  readonly apiKeys!: readonly ApiKey[];

  /** True when `apiKeys` are the demonstration keys, which start-up prints. */
  readonly demoKeys!: boolean;

  /** Secrets a webhook may be signed with; the first one signs. One, or two while they are rotated. */
  readonly webhookSecrets!: readonly string[];

  /**
   * Port of its own for `/metrics` and `/health`. Null: `/metrics` is on `port`, and a worker opens none. Default null.
   */
  readonly metricsPort!: number | null;

  /** Default `info`. */
  readonly logLevel!: LogLevel;

  /** Whether spans are sent to a collector. Where and how many, the SDK reads from `OTEL_*` itself. Default false. */
  readonly traces!: boolean;

  /** Seconds after which the sagas of a silent worker are taken over. Default 10. */
  readonly leaseSeconds!: number;

  /** Orders whose total is above this wait for a person; minor units. Default 1,000,000. */
  readonly reviewAbove!: number;

  /** Days for which ended sagas and their journals are kept, by whole months and weeks; 0 is for ever. Default 400. */
  readonly historyDays!: number;

  /** Whether the sandbox gateway and carrier stand in for real ones. Default true outside production. */
  readonly sandbox!: boolean;

  /** Whether the sandbox carrier sends shipment events: a journey of some seconds. Default false. */
  readonly sandboxTracking!: boolean;

  /** Requests a minute and key; 0 is no limit. Default 0. */
  readonly rateLimit!: number;

  /** Overrides of sagas whose orders have more than this at risk need a second supervisor; minor units; 0 is off. Default 0. */
  readonly secondPersonAbove!: number;

  constructor(values: Omit<Settings, 'operationsPort'>) {
    Object.assign(this, values);
  }

  /** The port that is opened beside that of the API; null: none is. A worker has no other one to open it beside. */
  get operationsPort(): number | null {
    const { role, port, metricsPort } = this;
    return role === 'worker' || (metricsPort === port && port !== 0) ? null : metricsPort;
  }
}
