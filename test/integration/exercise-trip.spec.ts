import { CommandHandler, EventBus, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { statement } from '../../src/platform/database/statement.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { LocalCommandHandler } from '../../src/platform/messaging/command-handlers.js';
import { message } from '../../src/platform/messaging/message.js';
import { Rejection, rejectionEvent } from '../../src/platform/messaging/rejection.js';
import { defineSaga, verifyDefinition } from '../../src/saga/definition/index.js';
import { Rehearsal, rejects } from '../../src/saga/testing/index.js';
import { openLab, type Lab, type LabWorker } from '../support/lab/lab.js';

/** What the exercise of docs/writing-a-saga.md ends with; test/architecture/exercise.spec.ts keeps the two alike. */

const trip = z.object({ trip: z.string(), customer: z.string(), points: z.int(), train: z.string() });
const onlyTrip = z.object({ trip: z.string() });

class SpendPoints extends message('trips.spend-points.v1', trip) {}
class PointsSpent extends message('trips.points-spent.v1', onlyTrip) {}
class RefundPoints extends message('trips.refund-points.v1', onlyTrip) {
  static readonly undoes = [SpendPoints.wireName];
}
class PointsRefunded extends message('trips.points-refunded.v1', onlyTrip) {}
class HoldSeat extends message('trips.hold-seat.v1', trip) {}
class SeatHeld extends message('trips.seat-held.v1', onlyTrip) {}
class SeatRefused extends rejectionEvent('trips.seat-refused.v1') {}

const bookTrip = defineSaga('book-trip', 1, trip)
  .step('spend-points', (s) =>
    s
      .local()
      .action(SpendPoints, ({ input }) => input)
      .succeeds(PointsSpent)
      .compensation(RefundPoints, ({ action }) => ({ trip: action.input.trip }), PointsRefunded),
  )
  .pivot('hold-seat', (s) =>
    s
      .local()
      .action(HoldSeat, ({ input }) => input)
      .succeeds(SeatHeld)
      .rejects(SeatRefused),
  )
  .build();

it('is sound', () => {
  expect(verifyDefinition(bookTrip)).toEqual([]);
});

it('gives the points back when the train is full', () => {
  const input = { trip: 't-1', customer: 'ada', points: 30, train: 'ICE 1' };
  const saga = new Rehearsal(bookTrip, input)
    .when('hold-seat', rejects('TRIPS.FULL'))
    .otherwiseSucceeding()
    .run();

  expect(saga.told).toEqual(['spend-points', 'hold-seat', 'undo spend-points']);
  expect(saga.compensations).toMatchObject([{ step: 'spend-points', input: { trip: 't-1' } }]);
  expect(saga.row.status).toBe('compensated');
});

const spendPoints = statement(
  'trips.spend-points',
  `WITH spent AS (
     INSERT INTO trips.spent (trip, customer, points)
     SELECT * FROM unnest($1::text[], $2::text[], $3::int[])
     ON CONFLICT DO NOTHING
     RETURNING customer, points
   )
   UPDATE trips.customer c SET points = c.points - s.points
     FROM (SELECT customer, sum(points) AS points FROM spent GROUP BY customer) s
    WHERE c.name = s.customer`,
);

/** Takes many commands at once: the engine hands over all that are ready together. */
@CommandHandler(SpendPoints)
class SpendPointsHandler extends LocalCommandHandler<SpendPoints, PointsSpent> {
  constructor(unitOfWork: UnitOfWork, eventBus: EventBus) {
    super(unitOfWork, eventBus);
  }

  async handleBatch(commands: readonly SpendPoints[]): Promise<PointsSpent[]> {
    const all = commands.map(({ data }) => data);
    await this.unitOfWork.query(spendPoints, [
      all.map((one) => one.trip),
      all.map((one) => one.customer),
      all.map((one) => one.points),
    ]);
    return all.map((one) => new PointsSpent({ trip: one.trip }));
  }
}

const refundPoints = statement(
  'trips.refund-points',
  `WITH undone AS (
     DELETE FROM trips.spent WHERE trip = ANY($1::text[]) RETURNING customer, points
   )
   UPDATE trips.customer c SET points = c.points + u.points
     FROM (SELECT customer, sum(points) AS points FROM undone GROUP BY customer) u
    WHERE c.name = u.customer`,
);

/** Safe when nothing was spent, and when it comes twice: the row it takes away is there once or not at all. */
@CommandHandler(RefundPoints)
class RefundPointsHandler extends LocalCommandHandler<RefundPoints, PointsRefunded> {
  constructor(unitOfWork: UnitOfWork, eventBus: EventBus) {
    super(unitOfWork, eventBus);
  }

  async handleBatch(commands: readonly RefundPoints[]): Promise<PointsRefunded[]> {
    await this.unitOfWork.query(refundPoints, [commands.map(({ data }) => data.trip)]);
    return commands.map(({ data }) => new PointsRefunded(data));
  }
}

const holdSeat = statement(
  'trips.hold-seat',
  `UPDATE trips.train SET free = free - 1 WHERE name = $1 AND free > 0 RETURNING free`,
);

/** An ordinary Nest handler, one command at a time. */
@CommandHandler(HoldSeat)
class HoldSeatHandler implements ICommandHandler<HoldSeat> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly eventBus: EventBus,
  ) {}

  async execute({ data }: HoldSeat): Promise<void> {
    await this.unitOfWork.run(async () => {
      const [held] = await this.unitOfWork.query(holdSeat, [data.train]);
      if (!held) throw new Rejection('TRIPS.FULL', 'The train is full.');
      this.eventBus.publish(new SeatHeld({ trip: data.trip }));
    });
  }
}

describe('Booking a trip', () => {
  let lab: Lab;
  let worker: LabWorker;

  beforeAll(async () => {
    lab = await openLab({
      definitions: [bookTrip],
      providers: [SpendPointsHandler, RefundPointsHandler, HoldSeatHandler],
    });
    await lab.admin.query(`
      CREATE SCHEMA trips;
      CREATE TABLE trips.customer (name text PRIMARY KEY, points int NOT NULL CHECK (points >= 0));
      CREATE TABLE trips.spent (trip text PRIMARY KEY, customer text NOT NULL, points int NOT NULL);
      CREATE TABLE trips.train (name text PRIMARY KEY, free int NOT NULL CHECK (free >= 0));
      INSERT INTO trips.customer VALUES ('ada', 100);
      INSERT INTO trips.train VALUES ('ICE 1', 1)`);
    worker = await lab.startWorker();
  });
  afterAll(() => lab.close());

  async function book(key: string): Promise<void> {
    const input = { trip: key, customer: 'ada', points: 30, train: 'ICE 1' };
    const unitOfWork = worker.app.get(UnitOfWork);
    await unitOfWork.run(() => worker.sagas.start('book-trip', 1, [{ correlationId: key, input }]));
  }

  const balance = () => lab.admin.query(`SELECT points FROM trips.customer`);

  it('costs the points', async () => {
    await book('first');
    await lab.until('first', 'completed');
    expect(await balance()).toEqual([{ points: 70 }]);
  });

  it('gives the points back when the train is full', async () => {
    await book('second');
    await lab.until('second', 'compensated');
    expect(await balance()).toEqual([{ points: 70 }]);
  });
});
