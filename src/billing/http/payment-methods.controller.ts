import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Idempotent } from '../../platform/http/idempotent.decorator.js';
import { Roles } from '../../platform/http/roles.decorator.js';
import { KeepCard } from '../application/keep-card.service.js';
import { keepCardRequest, type KeepCardRequest } from './keep-card.request.dto.js';
import { paymentMethodResponse, type PaymentMethodResponse } from './payment-method.response.dto.js';

@ApiTags('Payments')
@Controller('v1/payment-methods')
export class PaymentMethodsController {
  constructor(private readonly cards: KeepCard) {}

  @Post()
  @Roles('client')
  @Idempotent()
  @ApiOperation({
    summary: 'Exchange a card for a payment method',
    description:
      'The sandbox’s vault: it keeps none of the number but the last four digits and a verdict. Ready-made payment ' +
      'methods are `pm_card_visa`, `pm_card_declined`, `pm_card_insufficient_funds` and the others of the sandbox.',
  })
  @ApiCreatedResponse({ standardSchema: paymentMethodResponse })
  keep(@Body({ schema: keepCardRequest }) card: KeepCardRequest): Promise<PaymentMethodResponse> {
    return this.cards.keep(card);
  }
}
