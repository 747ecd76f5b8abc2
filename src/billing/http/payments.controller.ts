import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { decodeCursor, page, pageOf, type Page } from '../../platform/http/page.js';
import { Roles } from '../../platform/http/roles.decorator.js';
import { PaymentReader } from '../application/payment-reader.js';
import { listPaymentsQuery, paymentCursor, type ListPaymentsQuery } from './list-payments.query.dto.js';
import { paymentResponse, toPaymentResponse, type PaymentResponse } from './payment.response.dto.js';

@ApiTags('Payments')
@Controller('v1/payments')
export class PaymentsController {
  constructor(private readonly payments: PaymentReader) {}

  @Get()
  @Roles('client', 'operator')
  @ApiOperation({ summary: 'List payments', description: 'Newest first; of one order with `orderId`.' })
  @ApiOkResponse({ standardSchema: pageOf(paymentResponse) })
  async list(@Query({ schema: listPaymentsQuery }) query: ListPaymentsQuery): Promise<Page<PaymentResponse>> {
    const before = decodeCursor(paymentCursor, query.cursor);
    const rows = await this.payments.list({
      orderId: query.orderId ?? null,
      limit: query.limit + 1,
      beforeId: before?.id ?? null,
    });
    return page(rows, query.limit, toPaymentResponse, ({ id }) => ({ id }));
  }
}
