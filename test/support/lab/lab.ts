import { Module, type INestApplicationContext, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ofType, Saga, type ICommand, type IEvent } from '@nestjs/cqrs';
import { Injectable } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { DataSource } from 'typeorm';
import { readSettings } from '../../../src/platform/config/read-settings.js';
import { SettingsModule } from '../../../src/platform/config/settings.module.js';
import { DatabaseModule } from '../../../src/platform/database/database.module.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { HealthModule } from '../../../src/platform/observability/health/health.module.js';
import { MessagingModule } from '../../../src/platform/messaging/messaging.module.js';
import type { SagaDefinition } from '../../../src/saga/definition/index.js';
import { Continuations } from '../../../src/saga/engine/continuations.js';
import type { Entry } from '../../../src/saga/engine/entries.js';
import { IntentMapping } from '../../../src/saga/engine/intent-mapping.js';
import { Lease } from '../../../src/saga/engine/lease.js';
import { Requests } from '../../../src/saga/engine/requests.js';
import { Sagas } from '../../../src/saga/engine/sagas.js';
import { SagaModule, type SagaModuleOptions } from '../../../src/saga/saga.module.js';
import { toStepCommand } from '../../../src/saga/streams/to-step-command.js';
import { auditSaga, readSagas } from '../books/sagas.js';
import { createTestDatabase } from '../database.js';
import { eventually } from '../eventually.js';
import { lab } from './definition.js';
import { labHandlers } from './handlers.js';
import * as m from './messages.js';
import { Outside, Script } from './script.js';

/** Takes part in the mapping only to break it on demand. */
@Injectable()
export class LabStreams {
  static explodeFor: string | null = null;
  /** Keys whose events this stream has mapped: a stream that has died maps none any more. */
  static readonly mapped = new Set<string>();

  constructor(
    private readonly continuations: Continuations,
    private readonly mapping: IntentMapping,
  ) {}

  @Saga()
  all = (events: Observable<IEvent>): Observable<ICommand> =>
    events.pipe(
      ofType(
        m.Held,
        m.Unheld,
        m.Paid,
        m.PayRefused,
        m.Refunded,
        m.Noted,
        m.Shipped,
        m.ShipRefused,
        m.Finished,
      ),
      toStepCommand(this.continuations, {
        commandFor: (intent) => {
          const { key } = intent.input as { key: string };
          if (key === LabStreams.explodeFor) throw new Error('The mapping exploded.');
          LabStreams.mapped.add(key);
          return this.mapping.commandFor(intent);
        },
      }),
    );
}

export interface LabOptions {
  readonly definitions?: readonly SagaDefinition[];
  readonly providers?: readonly Type[];
  /** Default: `lab` v1. */
  readonly defaultVersions?: Readonly<Record<string, number>>;
  readonly settings?: Record<string, string>;
  readonly breakers?: SagaModuleOptions['breakers'];
  readonly businessKeys?: SagaModuleOptions['businessKeys'];
}

/** One process of the laboratory: the engine on real PostgreSQL with handlers that do as they are told. */
export interface LabWorker {
  readonly app: INestApplicationContext;
  readonly sagas: Sagas;
  readonly requests: Requests;
  /** Ends it as a stop signal would. */
  close(): Promise<void>;
}

/** A laboratory with a database of its own; workers share its outside and its script. */
export async function openLab(options: LabOptions = {}) {
  const database = await createTestDatabase();
  const script = new Script();
  const outside = new Outside(script);
  const workers: LabWorker[] = [];
  const admin = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  await admin.query(`CREATE SCHEMA lab`);
  await admin.query(`CREATE TABLE lab.effect (id bigint GENERATED ALWAYS AS IDENTITY, key text, what text)`);

  async function boot(
    settings: Record<string, string> = {},
    definitions = options.definitions ?? [lab],
  ): Promise<INestApplicationContext> {
    @Module({
      imports: [
        SettingsModule.forRoot(readSettings({ LEASE_SECONDS: '2', ...options.settings, ...settings })),
        DatabaseModule.forRoot(database.url),
        HealthModule,
        MessagingModule,
        SagaModule.forRoot({
          definitions,
          defaultVersions: options.defaultVersions ?? { lab: 1 },
          streams: [LabStreams],
          ...(options.breakers && { breakers: options.breakers }),
          ...(options.businessKeys && { businessKeys: options.businessKeys }),
        }),
        {
          module: class LabModule {},
          providers: [
            { provide: Script, useValue: script },
            { provide: Outside, useValue: outside },
            ...labHandlers,
            ...(options.providers ?? []),
          ],
          exports: [],
        },
      ],
    })
    class LabApp {}
    return NestFactory.createApplicationContext(LabApp, {
      logger: process.env.LAB_LOG ? undefined : false,
      abortOnError: false,
    });
  }

  /** @param definitions what its build knows; default: what the laboratory has */
  async function startWorker(
    settings: Record<string, string> = {},
    definitions?: readonly SagaDefinition[],
  ): Promise<LabWorker> {
    const app = await boot(settings, definitions);
    const worker = {
      app,
      sagas: app.get(Sagas),
      requests: app.get(Requests),
      close: async () => {
        workers.splice(workers.indexOf(worker), 1);
        await app.close();
      },
    };
    workers.push(worker);
    return worker;
  }

  const rowOf = async (key: string): Promise<Record<string, unknown>> => {
    const rows: Record<string, unknown>[] = await admin.query(
      `SELECT * FROM saga.instance WHERE correlation_id = $1`,
      [key],
    );
    return rows[0] ?? {};
  };

  return {
    script,
    outside,
    admin,
    startWorker,
    /** As `startWorker`, for a caller who closes it. */
    boot,
    url: database.url,

    /** Starts a saga through this worker; answers its id. */
    async start(worker: LabWorker, ...keys: string[]): Promise<string[]> {
      const unitOfWork = worker.app.get(UnitOfWork);
      const sagas = await unitOfWork.run(() =>
        worker.sagas.start(
          'lab',
          null,
          keys.map((key) => ({ correlationId: key, input: { key } })),
        ),
      );
      return sagas.map(({ id }) => id);
    },

    rowOf,

    /** Waits until the saga of this key has the status. */
    async until(key: string, status: string, within = 10_000): Promise<Record<string, unknown>> {
      return eventually(
        async () => {
          const row = await rowOf(key);
          expect({ key, status: row.status }).toEqual({ key, status });
          return row;
        },
        { within },
      );
    },

    async journal(key: string): Promise<Entry[]> {
      const { id } = await rowOf(key);
      const rows: { entries: Entry[] }[] = await admin.query(
        `SELECT entries FROM saga.journal WHERE saga_id = $1 ORDER BY seq`,
        [id],
      );
      return rows.flatMap(({ entries }) => entries);
    },

    /** Checks these sagas, wherever they stand: row against journal, and what the journal tells against sense. */
    async expectSoundJournals(...keys: string[]): Promise<void> {
      for (const { row, journal } of await readSagas((text, values) => admin.query(text, values), keys)) {
        const findings = auditSaga(row, journal, options.definitions ?? [lab]);
        expect({ key: row.correlation_id, findings }).toEqual({ key: row.correlation_id, findings: [] });
      }
    },

    /** The id under which this worker owns sagas now. */
    workerId(worker: LabWorker): string {
      const id = worker.app.get(Lease).workerId;
      if (id === null) throw new Error('The worker has no lease.');
      return id;
    },

    /** Lets the worker's lease run out in the database. The worker itself finds out when it renews it. */
    async expireLease(worker: LabWorker): Promise<void> {
      const id = worker.app.get(Lease).workerId;
      await admin.query(`UPDATE saga.worker SET expires_at = clock_timestamp() WHERE id = $1`, [id]);
    },

    /** Local effects and recorded answers of a key, in order of their commits. */
    async effects(key: string): Promise<string[]> {
      const rows: { what: string }[] = await admin.query(
        `SELECT what FROM lab.effect WHERE key = $1 ORDER BY id`,
        [key],
      );
      return rows.map(({ what }) => what.replace(/^lab\.|\.v1$/g, ''));
    },

    async close(): Promise<void> {
      await Promise.all([...workers].map((worker) => worker.close()));
      await admin.destroy();
      await database.drop();
    },
  };
}

export type Lab = Awaited<ReturnType<typeof openLab>>;
