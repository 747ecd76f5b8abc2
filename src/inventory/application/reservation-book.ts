import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Rejection } from '../../platform/messaging/rejection.js';
import { allocate, type Allocation } from '../domain/allocate.js';
import { foldMoves } from '../domain/fold-moves.js';
import { sumBySku, type Quantity } from '../domain/quantity.js';
import {
  takesFreeStock,
  transition,
  type Reservation,
  type ReservationStatus,
} from '../domain/reservation.js';
import { settle, type Answer, type ReservationRequest, type Settlement } from '../domain/settle.js';
import { lockReservations, type ReservationRow } from '../persistence/sql/lock-reservations.sql.js';
import { lockStock, type FreeStockRow } from '../persistence/sql/lock-stock.sql.js';
import { openReservations, type OpenedRow } from '../persistence/sql/open-reservations.sql.js';
import { settleReservations } from '../persistence/sql/settle-reservations.sql.js';
import { notAllocated, refusedBy } from './reservation-rejections.js';

/** The lines that the answer names, or the business's no. */
export type ReservationAnswer = readonly Quantity[] | Rejection;

/** The rows of a batch, all locked. */
interface LockedRows {
  /** Those that were there before; an order without one is missing. */
  readonly existing: Map<string, Reservation>;
  /** Those that this batch put there, by order, with the status that they were given. */
  readonly opened: Map<string, ReservationStatus>;
  /** Whether those of them that want free stock get it, by order. */
  readonly allocations: Map<string, Allocation>;
}

/**
 * Applies the reservation table (`domain/reservation.ts`) to a batch, inside the ambient unit of work, with a
 * fixed number of statements however many orders and lines there are.
 *
 * Guarantees: requests are answered as if they came one after the other, in their order; when an order stands in
 * the batch twice, its first request speaks for what it wants. A refused one leaves no trace and does not touch
 * the others. Free stock is never promised twice. Locks are taken on reservations first and on stock second,
 * each in order of its key: whoever else locks both must do the same.
 *
 * Everybody wants the same few stock rows, and has to wait for whoever has locked them. A batch that takes no free stock
 * therefore leaves its writes to the end of its unit of work, right before the commit: nothing of its answers depends
 * on them. A single request is written at once, so that what goes wrong with it is its own failure. Nobody waits for the
 * answer to a write: one that the stock contradicts fails, and the unit of work with it.
 */
@Injectable()
export class ReservationBook {
  /** What is yet to be written, by unit of work. */
  private readonly pending = new WeakMap<object, () => void>();

  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** @throws Error outside a unit of work; when the stock contradicts the reservations, the unit of work fails */
  async apply(requests: readonly ReservationRequest[]): Promise<ReservationAnswer[]> {
    const { current } = this.unitOfWork;
    if (!current) throw new Error('Reservations move inside a unit of work only.');
    this.writePending(current);
    const rows = await this.lock(requests);
    const settlement = settle(requests, rows.existing, rows.allocations);
    const write = () => this.write(settlement, rows);
    if (requests.length === 1 || requests.some(({ command }) => takesFreeStock(command))) write();
    else this.leaveToTheEnd(current, write);
    return settlement.answers.map(toAnswer);
  }

  private leaveToTheEnd(current: object, write: () => void): void {
    this.pending.set(current, write);
    this.unitOfWork.onTakenBack(() => this.pending.delete(current));
    this.unitOfWork.beforeCommit(async () => this.writePending(current));
  }

  private writePending(current: object): void {
    const write = this.pending.get(current);
    if (!write) return;
    this.pending.delete(current);
    // Behind a savepoint that is rolled back it was not written, and what it belongs to may be from before.
    this.unitOfWork.onTakenBack(() => this.pending.set(current, write));
    write();
  }

  /**
   * The row comes before the stock is looked at, because it is the lock on the order: a concurrent twin waits
   * here and then finds the answer. Who takes free stock is usually new, who undoes usually not: each tries the likely
   * statement first.
   */
  private lock(requests: readonly ReservationRequest[]): Promise<LockedRows> {
    const first = new Map<string, ReservationRequest>();
    for (const request of requests) if (!first.has(request.orderId)) first.set(request.orderId, request);
    const all = [...first.values()];
    return all.every(({ command }) => takesFreeStock(command)) ? this.lockNew(all) : this.lockKnown(all);
  }

  /** All take free stock. Both statements leave together, and the server takes them in this order. */
  private async lockNew(taking: readonly ReservationRequest[]): Promise<LockedRows> {
    const [opened, free] = await Promise.all([this.open(taking), this.lockStock(taking)]);
    const existing = await this.lockExisting(taking.filter(({ orderId }) => !opened.has(orderId)));
    return { existing, opened, allocations: sharedOut(taking, opened, free) };
  }

  private async lockKnown(all: readonly ReservationRequest[]): Promise<LockedRows> {
    const existing = await this.lockExisting(all);
    const missing = all.filter(
      ({ orderId, command }) => !existing.has(orderId) && transition(command, null).kind === 'move',
    );
    const opened = await this.open(missing);
    const overtaken = await this.lockExisting(missing.filter(({ orderId }) => !opened.has(orderId)));
    const taking = all.filter(({ command }) => takesFreeStock(command));
    const free = await this.lockStock(taking);
    return {
      existing: new Map([...existing, ...overtaken]),
      opened,
      allocations: sharedOut(taking, opened, free),
    };
  }

  private async open(requests: readonly ReservationRequest[]): Promise<Map<string, ReservationStatus>> {
    const statuses = new Map<string, ReservationStatus>();
    for (const { orderId, command } of requests) {
      const next = transition(command, null);
      if (next.kind === 'move') statuses.set(orderId, next.to);
    }
    if (statuses.size === 0) return statuses;
    const rows = await this.unitOfWork.query<OpenedRow>(openReservations, [
      requests.map(({ orderId }) => orderId),
      requests.map(({ orderId }) => statuses.get(orderId)),
      requests.map(({ lines }) => JSON.stringify(lines)),
    ]);
    const ours = new Set(rows.map((row) => row.order_id));
    return new Map([...statuses].filter(([orderId]) => ours.has(orderId)));
  }

  private async lockExisting(requests: readonly ReservationRequest[]): Promise<Map<string, Reservation>> {
    if (requests.length === 0) return new Map();
    const rows = await this.unitOfWork.query<ReservationRow>(lockReservations, [
      requests.map(({ orderId }) => orderId),
    ]);
    return new Map(rows.map(({ order_id, status, lines }) => [order_id, { status, lines }]));
  }

  private async lockStock(requests: readonly ReservationRequest[]): Promise<Map<string, number>> {
    if (requests.length === 0) return new Map();
    const skus = [...sumBySku(requests.flatMap(({ lines }) => lines)).keys()];
    const rows = await this.unitOfWork.query<FreeStockRow>(lockStock, [skus]);
    return new Map(rows.map((row) => [row.sku, row.free]));
  }

  private write({ moved, after }: Settlement, { existing, opened }: LockedRows): void {
    const moves = foldMoves(moved);
    const stored = new Map([...[...existing].map(([id, { status }]) => [id, status] as const), ...opened]);
    const changed = [...after].filter(([orderId, { status }]) => stored.get(orderId) !== status);
    const withdrawn = [...opened.keys()].filter((orderId) => !after.has(orderId));
    if (moves.length + changed.length + withdrawn.length === 0) return;

    const written = this.unitOfWork.query(settleReservations, [
      moves.map(({ sku }) => sku),
      moves.map(({ onHand }) => onHand),
      moves.map(({ reserved }) => reserved),
      changed.map(([orderId]) => orderId),
      changed.map(([, { status }]) => status),
      withdrawn,
    ]);
    this.unitOfWork.withCommit(written);
  }
}

/** Shares out what is free among the new orders, in order of arrival. */
function sharedOut(
  taking: readonly ReservationRequest[],
  opened: ReadonlyMap<string, ReservationStatus>,
  free: ReadonlyMap<string, number>,
): Map<string, Allocation> {
  const wanting = taking.filter(({ orderId }) => opened.has(orderId));
  const allocations = allocate(
    wanting.map(({ lines }) => lines),
    free,
  );
  return new Map(wanting.map(({ orderId }, i) => [orderId, allocations[i]!]));
}

function toAnswer(answer: Answer): ReservationAnswer {
  switch (answer.kind) {
    case 'done':
      return answer.lines;
    case 'not-allocated':
      return notAllocated(answer.allocation);
    case 'refused':
      return refusedBy(answer.code, answer.status);
  }
}
