import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { SandboxWorld } from '../../platform/sandbox/sandbox-world.js';
import type { JudgedCard } from '../domain/judge-card.js';
import { keepCard } from './sql/keep-card.sql.js';
import { CardVault } from './card-vault.js';

/** The sandbox's vault. It never sees a number, only what was judged of it. */
@Injectable()
export class SandboxCardVault extends CardVault {
  constructor(private readonly world: SandboxWorld) {
    super();
  }

  async keep({ brand, last4, refusalCode }: JudgedCard): Promise<string> {
    const token = `pm_${uuid().replaceAll('-', '')}`;
    await this.world.query(keepCard, [token, brand, last4, refusalCode]);
    return token;
  }
}
