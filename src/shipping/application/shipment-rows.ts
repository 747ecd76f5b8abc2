import { Injectable } from '@nestjs/common';
import DataLoader from 'dataloader';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { readShipments, type ShipmentRow } from '../persistence/sql/read-shipments.sql.js';

/** Rows that one statement reads, at most. */
const atOnce = 200;

/**
 * Shipments for calls to the carrier. Many calls begin in the same turn, and each needs its row: what is asked for in
 * one turn is read by one statement. Nothing is remembered. Inside a unit of work each is read by itself: one read for
 * several would go through the transaction of whoever asked first.
 */
@Injectable()
export class ShipmentRows {
  private readonly loader = new DataLoader<string, ShipmentRow | null>((ids) => this.read(ids), {
    cache: false,
    maxBatchSize: atOnce,
  });

  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** Null when there is no such shipment. */
  async find(id: string): Promise<ShipmentRow | null> {
    return this.unitOfWork.isOpen ? (await this.read([id]))[0]! : this.loader.load(id);
  }

  private async read(ids: readonly string[]): Promise<(ShipmentRow | null)[]> {
    const rows = await this.unitOfWork.query<ShipmentRow>(readShipments, [ids]);
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  }
}
