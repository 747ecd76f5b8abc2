import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus, EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { Sagas } from '../../src/saga/engine/sagas.js';
import { eventually } from '../support/eventually.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';
import { Announced } from '../support/lab/messages.js';

/** What the handlers heard, over all workers of a test. */
const heard: string[] = [];
/** Keys on which the frail handler fails now. */
const failing = new Set<string>();

const announced = (key: string, subject = key) => new Announced({ key, subject });

/** Publishes and starts while the application is still being put together. */
@Injectable()
class EarlyBird implements OnModuleInit {
  static announces: string | null = null;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly eventBus: EventBus,
    private readonly sagas: Sagas,
  ) {}

  async onModuleInit(): Promise<void> {
    const key = EarlyBird.announces;
    if (key === null) return;
    await this.unitOfWork.run(async () => {
      this.eventBus.publish(announced(key));
      await this.sagas.start('lab', 1, [{ correlationId: key, input: { key } }]);
    });
  }
}

@EventsHandler(Announced)
class Frail implements IEventHandler<Announced> {
  async handle({ data }: Announced): Promise<void> {
    if (failing.has(data.key)) throw new Error('The handler exploded.');
    heard.push(`frail ${data.key}`);
  }
}

@EventsHandler(Announced)
class Steady implements IEventHandler<Announced> {
  async handle({ data }: Announced): Promise<void> {
    heard.push(`steady ${data.key}`);
  }
}

describe('An event', () => {
  let lab: Lab;
  let worker: LabWorker;

  beforeAll(async () => {
    lab = await openLab({ providers: [EarlyBird, Frail, Steady] });
    worker = await lab.startWorker();
  });
  afterAll(() => lab.close());
  afterEach(() => failing.clear());

  const times = (what: string) => heard.filter((one) => one === what).length;
  const hearing = (what: string) => eventually(() => times(what) > 0);
  const announce = (key: string, subject = key) =>
    worker.app.get(EventBus).publish(announced(key, subject)) as Promise<void>;

  it('reaches each handler after the commit of the step that published it, once', async () => {
    await lab.start(worker, 'told');
    await lab.until('told', 'completed');
    await hearing('frail told');
    await hearing('steady told');
    expect([times('frail told'), times('steady told')]).toEqual([1, 1]);
  });

  it('whose handler throws is brought again; other handlers, other events and the saga go on', async () => {
    failing.add('tough');
    await lab.start(worker, 'tough');
    await lab.until('tough', 'completed');
    await hearing('steady tough');
    await lab.start(worker, 'easy');
    await hearing('frail easy');
    expect(times('frail tough')).toBe(0);
    failing.clear();
    await hearing('frail tough');
    expect([times('frail tough'), times('steady tough')]).toEqual([1, 1]);
  });

  it('waits for an earlier one about the same subject that its handler fails on; other subjects do not', async () => {
    failing.add('earlier');
    await announce('earlier', 'one subject');
    await announce('later', 'one subject');
    await announce('beside', 'another subject');
    // They are brought as they are due, so `later` would have come before `beside`.
    await hearing('frail beside');
    expect(times('frail later')).toBe(0);
    await hearing('steady later');
    failing.clear();
    await hearing('frail later');
    const about = heard.filter((what) => /^frail (earlier|later)$/.test(what));
    expect(about).toEqual(['frail earlier', 'frail later']);
  });

  it('that was not delivered before the process ended is delivered by the next one', async () => {
    failing.add('outlived');
    await announce('outlived');
    await hearing('steady outlived');
    await worker.close();
    failing.clear();
    worker = await lab.startWorker();
    await hearing('frail outlived');
    expect([times('frail outlived'), times('steady outlived')]).toEqual([1, 1]);
  });

  it('of a unit of work that is rolled back reaches nobody', async () => {
    const onBus: string[] = [];
    const bus = worker.app.get(EventBus);
    const subscription = bus.subscribe((event) => onBus.push((event as Announced).data.key));
    const unitOfWork = worker.app.get(UnitOfWork);
    const failure = unitOfWork.run(async () => {
      bus.publish(announced('undone'));
      throw new Error('The unit of work failed.');
    });
    await expect(failure).rejects.toThrow('The unit of work failed.');
    const savepoint = unitOfWork.run(async () => {
      const part = unitOfWork.nested(async () => {
        bus.publish(announced('half-done'));
        throw new Error('A part of it failed.');
      });
      await expect(part).rejects.toThrow('A part of it failed.');
    });
    await savepoint;
    // Events are brought in their order, so whoever hears the last one has heard all.
    await announce('done');
    await hearing('frail done');
    await hearing('steady done');
    subscription.unsubscribe();
    expect(heard.filter((what) => /undone|half-done/.test(what))).toEqual([]);
    expect(onBus).toEqual(['done']);
  });

  it('is not lost with a savepoint that was rolled back before or after it, and takes none of its events along', async () => {
    const bus = worker.app.get(EventBus);
    const unitOfWork = worker.app.get(UnitOfWork);
    const taken = (key: string) =>
      unitOfWork
        .nested(async () => {
          bus.publish(announced(key));
          throw new Error('A part of it failed.');
        })
        .catch(() => undefined);
    await unitOfWork.run(async () => {
      await taken('first, and taken back');
      bus.publish(announced('stays'));
      await taken('later, and taken back');
      bus.publish(announced('stays too'));
    });
    await hearing('frail stays too');
    await hearing('steady stays too');
    expect([times('frail stays'), times('steady stays')]).toEqual([1, 1]);
    expect(heard.filter((what) => what.includes('taken back'))).toEqual([]);
  });

  it('that is published before the application has started is not lost, and neither is a saga', async () => {
    EarlyBird.announces = 'early';
    const early = await lab.startWorker();
    EarlyBird.announces = null;
    await hearing('frail early');
    await hearing('steady early');
    await lab.until('early', 'completed');
    await early.close();
  });
});
