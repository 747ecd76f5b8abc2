import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { SandboxWorld } from '../../platform/sandbox/sandbox-world.js';
import { ListSandboxCharges, type SandboxCharge } from '../contracts/sandbox-queries.js';
import { listCharges, type LedgerRow } from './sql/list-charges.sql.js';

@QueryHandler(ListSandboxCharges)
export class ListSandboxChargesHandler implements IQueryHandler<ListSandboxCharges> {
  constructor(private readonly world: SandboxWorld) {}

  async execute({ limit, after }: ListSandboxCharges): Promise<SandboxCharge[]> {
    const rows = await this.world.query<LedgerRow>(listCharges, [
      limit,
      after?.createdAt ?? null,
      after?.gatewayReference ?? null,
    ]);
    return rows.map((row) => ({
      reference: row.reference,
      orderId: row.order_id,
      amount: row.amount,
      refundedAmount: row.refunded_amount,
      currency: row.currency,
      idempotencyKey: row.idempotency_key,
      gatewayReference: row.gateway_reference,
      createdAt: row.available_at,
    }));
  }
}
