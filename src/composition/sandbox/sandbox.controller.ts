import { Body, Controller, Get, HttpCode, Put, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ListSandboxCharges } from '../../billing/contracts/sandbox-queries.js';
import { decodeCursor, page } from '../../platform/http/page.js';
import { Roles } from '../../platform/http/roles.decorator.js';
import type { SandboxFaults } from '../../platform/sandbox/sandbox-faults.js';
import { SandboxWorld } from '../../platform/sandbox/sandbox-world.js';
import { ListSandboxBookings } from '../../shipping/contracts/sandbox-queries.js';
import {
  bookingsResponse,
  chargesResponse,
  faultsRequest,
  faultsResponse,
  listLedgerQuery,
  type FaultsRequest,
  type ListLedgerQuery,
} from './sandbox.dto.js';

const chargeCursor = z.object({ createdAt: z.coerce.date(), gatewayReference: z.string() });
const bookingCursor = z.object({ trackingNumber: z.string() });

/** What the pretended outside world thinks happened, and the switches to make it fail. */
@ApiTags('Sandbox')
@Controller('v1/sandbox')
export class SandboxController {
  constructor(
    private readonly queries: QueryBus,
    private readonly world: SandboxWorld,
  ) {}

  @Get('charges')
  @Roles('operator')
  @ApiOperation({
    summary: 'List the gateway’s charges',
    description: 'The gateway’s own ledger, newest first: only what took money.',
  })
  @ApiOkResponse({ description: 'A page of charges.', standardSchema: chargesResponse })
  async charges(@Query({ schema: listLedgerQuery }) { limit, cursor }: ListLedgerQuery) {
    const after = decodeCursor(chargeCursor, cursor);
    const charges = await this.queries.execute(new ListSandboxCharges(limit + 1, after));
    return page(
      charges,
      limit,
      ({ reference, orderId, amount, refundedAmount, currency, idempotencyKey, createdAt }) => ({
        reference,
        orderId,
        amount,
        refundedAmount,
        currency,
        idempotencyKey,
        createdAt,
      }),
      ({ createdAt, gatewayReference }) => ({ createdAt, gatewayReference }),
    );
  }

  @Get('bookings')
  @Roles('operator')
  @ApiOperation({
    summary: 'List the carrier’s bookings',
    description: 'The carrier’s own ledger, newest first.',
  })
  @ApiOkResponse({ description: 'A page of bookings.', standardSchema: bookingsResponse })
  async bookings(@Query({ schema: listLedgerQuery }) { limit, cursor }: ListLedgerQuery) {
    const after = decodeCursor(bookingCursor, cursor)?.trackingNumber ?? null;
    const bookings = await this.queries.execute(new ListSandboxBookings(limit + 1, after));
    return page(
      bookings,
      limit,
      (booking) => booking,
      ({ trackingNumber }) => ({ trackingNumber }),
    );
  }

  @Put('faults')
  @HttpCode(200)
  @Roles('operator')
  @ApiOperation({
    summary: 'Break or heal the outside world',
    description: 'Fields left out stay as they are. Takes effect with the next request, in every process.',
  })
  @ApiOkResponse({ description: 'How the outside world is now.', standardSchema: faultsResponse })
  setFaults(@Body({ schema: faultsRequest }) patch: FaultsRequest): Promise<SandboxFaults> {
    return this.world.setFaults(patch);
  }
}
