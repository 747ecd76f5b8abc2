import { Logger, type LoggerService } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { AppModule } from '../../../src/app.module.js';
import { PaymentGateway } from '../../../src/billing/gateway/payment-gateway.js';
import { SandboxGateway } from '../../../src/billing/gateway/sandbox-gateway.js';
import { SandboxGatewayLedger } from '../../../src/billing/gateway/sandbox-gateway-ledger.js';
import { SandboxGatewayPace } from '../../../src/billing/gateway/sandbox-pace.js';
import { readSettings } from '../../../src/platform/config/read-settings.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { appOptions, configureApp } from '../../../src/platform/http/configure-app.js';
import { CommandHandlerRegistry } from '../../../src/platform/messaging/command-handler-registry.js';
import { SandboxNetwork } from '../../../src/platform/sandbox/sandbox-network.js';
import { SandboxWorld } from '../../../src/platform/sandbox/sandbox-world.js';
import { DefaultVersions } from '../../../src/saga/engine/default-versions.js';
import { BreakerSettings, defaultBreakerPolicy } from '../../../src/saga/engine/outages/breaker-policy.js';
import { orderFulfillment } from '../../../src/saga/index.js';
import { Carrier } from '../../../src/shipping/carrier/carrier.js';
import { SandboxCarrier } from '../../../src/shipping/carrier/sandbox-carrier.js';
import { SandboxLedger } from '../../../src/shipping/carrier/sandbox-ledger.js';
import { SandboxPace } from '../../../src/shipping/carrier/sandbox-pace.js';
import { Sabotage } from './sabotage.js';
import { SabotagedCarrier } from './sabotaged-carrier.js';
import { SabotagedGateway } from './sabotaged-gateway.js';
import { SabotagedHandlers } from './sabotaged-handlers.js';

/** Which version the next order gets. */
export class NextVersion extends DefaultVersions {
  next = 2;

  constructor() {
    super(orderFulfillment.defaultVersions);
  }

  override of(name: string): number {
    return name === 'order-fulfillment' ? this.next : super.of(name);
  }
}

/** The whole application, not yet listening, with a sabotage between it and its handlers, gateway and carrier. */
export async function createSabotagedApp(
  databaseUrl: string,
  settings: Record<string, string>,
  logger: LoggerService | null,
) {
  const sabotage = new Sabotage();
  const versions = new NextVersion();
  const module = await Test.createTestingModule({
    imports: [AppModule.forRoot({ settings: readSettings(settings), databaseUrl })],
  })
    .overrideProvider(DefaultVersions)
    .useValue(versions)
    // What fails here fails for an order of its own, however many do so together: no outage, and attempts are counted.
    .overrideProvider(BreakerSettings)
    .useValue(new BreakerSettings({ ...defaultBreakerPolicy, failures: 1_000_000 }))
    .overrideProvider(CommandHandlerRegistry)
    .useFactory({
      factory: (discovery: DiscoveryService) =>
        new SabotagedHandlers(discovery, sabotage, () => app.get(UnitOfWork, { strict: false })),
      inject: [DiscoveryService],
    })
    .overrideProvider(PaymentGateway)
    .useFactory({
      factory: (network: SandboxNetwork, ledger: SandboxGatewayLedger, pace: SandboxGatewayPace) =>
        new SabotagedGateway(new SandboxGateway(network, ledger, pace), sabotage),
      inject: [SandboxNetwork, SandboxGatewayLedger, SandboxGatewayPace],
    })
    .overrideProvider(Carrier)
    .useFactory({
      factory: (world: SandboxWorld, network: SandboxNetwork, ledger: SandboxLedger, pace: SandboxPace) =>
        new SabotagedCarrier(new SandboxCarrier(world, network, ledger, pace), sabotage),
      inject: [SandboxWorld, SandboxNetwork, SandboxLedger, SandboxPace],
    })
    .compile();
  const app = module.createNestApplication<NestExpressApplication>(appOptions);
  configureApp(app);
  if (logger) app.useLogger(logger);
  else Logger.overrideLogger(false);
  return { app, sabotage, versions };
}
