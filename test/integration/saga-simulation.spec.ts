import { statement } from '../../src/platform/database/statement.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { message } from '../../src/platform/messaging/message.js';
import { CommandHandlerRegistry } from '../../src/platform/messaging/command-handler-registry.js';
import { DefinitionRegistry, type SagaDefinition } from '../../src/saga/definition/index.js';
import { Simulator } from '../../src/saga/simulation/simulator.js';
import { SagaStore } from '../../src/saga/store/saga-store.js';
import { z } from 'zod';
import { lab, labWithoutNote } from '../support/lab/definition.js';
import { startAdminApp, type AdminApp } from './saga-admin-app.js';

const [hold, pay, note, ship, finish] = lab.steps as [never, never, never, never, never];
/** Notes before it pays. */
const reordered: SagaDefinition = { ...lab, version: 3, steps: [hold, note, pay, ship, finish] };

class Wrap extends message('lab.wrap.v1', z.object({ key: z.string() })) {}
/** Wraps before it ships, and nobody has written the handler for that yet. */
const unhandled: SagaDefinition = {
  ...lab,
  version: 4,
  steps: lab.steps.flatMap((step) =>
    step.name === 'ship'
      ? [
          {
            ...lab.steps[2]!,
            name: 'wrap',
            noCompensation: 'it is only paper',
            action: { ...lab.steps[2]!.action!, command: Wrap },
          },
          step,
        ]
      : [step],
  ),
};

interface Tally {
  readonly looked: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly groups: readonly Record<string, unknown>[];
}
interface Simulation {
  readonly inFlight: Tally;
  readonly ended: Tally;
  readonly code?: string;
}

const none = { unaffected: 0, 'another-path': 0, impossible: 0, 'lacks-handler': 0, stops: 0 };

describe('A simulated version', () => {
  let admin: AdminApp;
  let atPay: string[];
  let atTheEnd: string;
  let completed: string;
  let undone: string;

  const path = (version: number | string) => `/v1/admin/saga-definitions/lab/versions/${version}/simulate`;
  const simulate = async (version: number, body: object = {}) =>
    (await admin.http.post<Simulation>(path(version), body)).body;
  const simulator = (definitions: readonly SagaDefinition[], store?: SagaStore) =>
    new Simulator(
      admin.app.get(UnitOfWork, { strict: false }),
      store ?? admin.app.get(SagaStore, { strict: false }),
      new DefinitionRegistry(definitions),
      admin.app.get(CommandHandlerRegistry, { strict: false }),
    );
  const books = () =>
    admin.dataSource.query<unknown[]>(
      `SELECT id, version, revision, length, epoch, status FROM saga.instance ORDER BY id`,
    );

  beforeAll(async () => {
    admin = await startAdminApp([lab, labWithoutNote, reordered]);
    const stuckAtPay = async (key: string) => {
      admin.script.next('lab.pay.v1', key, 'unavailable', 'unavailable', 'unavailable');
      const id = await admin.start(key);
      await admin.until(id, 'parked');
      return id;
    };
    atPay = [await stuckAtPay('pay-1'), await stuckAtPay('pay-2')];
    atTheEnd = await admin.stuckAtTheEnd('end');
    completed = await admin.start('completed');
    await admin.until(completed, 'completed');
    admin.script.next('lab.pay.v1', 'undone', 'reject');
    undone = await admin.start('undone');
    await admin.until(undone, 'compensated');
  }, 60_000);
  afterAll(() => admin.close());

  it('that leaves a step out: says who would go another way, and who cannot any more', async () => {
    const before = await books();
    const { inFlight, ended } = await simulate(2);
    expect(inFlight).toEqual({
      looked: 3,
      counts: { ...none, 'another-path': 2, impossible: 1 },
      groups: [
        {
          version: 1,
          outcome: 'another-path',
          step: 'ship',
          difference: 'does "ship" in the place of "note"',
          count: 2,
          examples: atPay,
        },
        {
          version: 1,
          outcome: 'impossible',
          step: 'note',
          difference: 'v2 has no step "note"',
          count: 1,
          examples: [atTheEnd],
        },
      ],
    });
    // Refused a step before, it would have been undone alike.
    expect(ended).toEqual({
      looked: 2,
      counts: { ...none, unaffected: 1, 'another-path': 1 },
      groups: [
        {
          version: 1,
          outcome: 'another-path',
          step: 'ship',
          difference: 'does "ship" by lab.ship.v1 where it does "note" by lab.note.v1',
          count: 1,
          examples: [completed],
        },
      ],
    });
    expect(await books()).toEqual(before);
  });

  it('that does steps in another order: the answers that were given are met in that order', async () => {
    const { inFlight, ended } = await simulate(3);
    expect(inFlight.counts).toEqual({ ...none, impossible: 3 });
    expect(inFlight.groups).toMatchObject([
      { step: 'note', difference: 'v3 has "note" before "pay", and the saga has not', count: 3 },
    ]);
    // What was refused its payment was never noted: nobody can say whether that would have been done.
    expect(ended.counts).toEqual({ ...none, 'another-path': 2 });
    expect(ended.groups).toMatchObject([{ step: 'note', count: 2, examples: [completed, undone] }]);
  });

  it('that needs what this build cannot do: says so before anybody starts it', async () => {
    const { inFlight, ended } = await simulator([lab, unhandled]).simulate(unhandled, 100);
    const difference = '"wrap" needs a handler for lab.wrap.v1';
    expect(inFlight.counts).toEqual({ ...none, impossible: 1, 'lacks-handler': 2 });
    expect(inFlight.groups).toMatchObject([
      { outcome: 'lacks-handler', difference, examples: atPay },
      { outcome: 'impossible', step: 'wrap' },
    ]);
    expect(ended.counts).toEqual({ ...none, unaffected: 1, 'lacks-handler': 1 });
  });

  it('says of sagas whose version this build does not have that nothing can be said', async () => {
    const { inFlight } = await simulator([labWithoutNote]).simulate(labWithoutNote, 100);
    expect(inFlight.groups).toMatchObject([
      {
        version: 1,
        outcome: 'impossible',
        difference: 'this build does not have v1',
        count: 3,
        examples: [],
      },
    ]);
  });

  it('looks at no more that have ended than it is asked to, and at none of another definition', async () => {
    expect((await simulate(2, { sample: 1 })).ended).toMatchObject({ looked: 1 });
    expect((await simulate(2, { sample: 0 })).ended).toMatchObject({ looked: 0 });
    expect((await admin.http.post(path(2), { sample: -1 })).status).toBe(400);
    const unknown = await admin.http.post<Simulation>(path(9), {});
    expect([unknown.status, unknown.body.code]).toEqual([404, 'SAGA.DEFINITION_NOT_FOUND']);
  });

  it('reads in transactions in which nothing can be written, whatever it is made to do', async () => {
    const unitOfWork = admin.app.get(UnitOfWork, { strict: false });
    class Writing extends SagaStore {
      override async segments(): Promise<never> {
        await unitOfWork.query(statement('test.write', `UPDATE saga.live_instance SET version = 7`));
        throw new Error('It could write.');
      }
    }
    const simulation = simulator([lab, labWithoutNote], new Writing(unitOfWork)).simulate(labWithoutNote, 1);
    await expect(simulation).rejects.toThrow('read-only transaction');
  });
});
