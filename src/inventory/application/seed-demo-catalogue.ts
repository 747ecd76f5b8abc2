import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Settings } from '../../platform/config/settings.js';
import { DemoCatalogue } from './demo-catalogue.js';

/** Gives a demonstration installation, one with the demo keys, something to sell at its first start. */
@Injectable()
export class SeedDemoCatalogue implements OnApplicationBootstrap {
  private readonly log = new Logger(SeedDemoCatalogue.name);

  constructor(
    private readonly settings: Settings,
    private readonly catalogue: DemoCatalogue,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.settings.demoKeys || this.settings.role === 'worker') return;
    const products = await this.catalogue.seedIfEmpty();
    if (products > 0) this.log.log({ products }, 'Loaded the demonstration catalogue');
  }
}
