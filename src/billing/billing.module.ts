import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SandboxModule } from '../platform/sandbox/sandbox.module.js';
import { ChargePaymentHandler } from './application/charge-payment.handler.js';
import { HearGateway } from './application/hear-gateway.service.js';
import { KeepCard } from './application/keep-card.service.js';
import { PaymentBook } from './application/payment-book.js';
import { PaymentReader } from './application/payment-reader.js';
import { RefundPaymentHandler } from './application/refund-payment.handler.js';
import { CardVault } from './gateway/card-vault.js';
import { ListSandboxChargesHandler } from './gateway/list-sandbox-charges.handler.js';
import { PaymentGateway } from './gateway/payment-gateway.js';
import { SandboxCardVault } from './gateway/sandbox-card-vault.js';
import { SandboxGateway } from './gateway/sandbox-gateway.js';
import { SandboxGatewayLedger } from './gateway/sandbox-gateway-ledger.js';
import { SandboxGatewayPace } from './gateway/sandbox-pace.js';
import { GatewayWebhookController } from './http/gateway-webhook.controller.js';
import { PaymentMethodsController } from './http/payment-methods.controller.js';
import { PaymentsController } from './http/payments.controller.js';
import { PaymentEntity } from './persistence/payment.entity.js';

/** Payments and payment methods, and the gateway behind them: the sandbox's, for now the only one. */
@Module({
  imports: [TypeOrmModule.forFeature([PaymentEntity]), SandboxModule],
  controllers: [PaymentsController, PaymentMethodsController, GatewayWebhookController],
  providers: [
    PaymentBook,
    PaymentReader,
    KeepCard,
    HearGateway,
    ChargePaymentHandler,
    RefundPaymentHandler,
    ListSandboxChargesHandler,
    SandboxGatewayLedger,
    { provide: SandboxGatewayPace, useValue: new SandboxGatewayPace() },
    { provide: PaymentGateway, useClass: SandboxGateway },
    { provide: CardVault, useClass: SandboxCardVault },
  ],
})
export class BillingModule {}
