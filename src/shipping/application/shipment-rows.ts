import { Injectable } from '@nestjs/common';
import DataLoader from 'dataloader';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { readShipments, type ShipmentRow } from '../persistence/sql/read-shipments.sql.js';

/** Rows that one statement reads, at most. */
const atOnce = 200;
/** A call that begins later than this after its row was written reads it. */
const freshMs = 100;

/**
 * Shipments for calls to the carrier. Many calls begin in the same turn, and each needs its row: what is asked for in
 * one turn is read by one statement. Inside a unit of work each is read by itself: one read for several would go through
 * the transaction of whoever asked first.
 *
 * A call mostly follows right behind the commit that wrote its row. For a moment that row is handed out, once, instead
 * of being read: whoever changes it meanwhile comes as late as one who changes it while the call is on its way.
 */
@Injectable()
export class ShipmentRows {
  private readonly loader = new DataLoader<string, ShipmentRow | null>((ids) => this.read(ids), {
    cache: false,
    maxBatchSize: atOnce,
  });

  private readonly fresh = new Map<string, { readonly row: ShipmentRow; readonly since: number }>();

  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** Rows as this process has just committed them. */
  justWritten(rows: readonly ShipmentRow[]): void {
    if (rows.length === 0) return;
    const since = performance.now();
    for (const row of rows) this.fresh.set(row.id, { row, since });
    const forget = () => {
      for (const { id } of rows) if (this.fresh.get(id)?.since === since) this.fresh.delete(id);
    };
    setTimeout(forget, freshMs).unref();
  }

  /** Null when there is no such shipment. */
  async find(id: string): Promise<ShipmentRow | null> {
    if (this.unitOfWork.isOpen) return (await this.read([id]))[0]!;
    const fresh = this.fresh.get(id);
    this.fresh.delete(id);
    // By the clock, too: after a standstill of the process its timers come late.
    return fresh && performance.now() - fresh.since < freshMs ? fresh.row : this.loader.load(id);
  }

  private async read(ids: readonly string[]): Promise<(ShipmentRow | null)[]> {
    const rows = await this.unitOfWork.query<ShipmentRow>(readShipments, [ids]);
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  }
}
