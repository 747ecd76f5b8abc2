import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/time/clock.js';
import { judgeCard, type CardDetails } from '../domain/judge-card.js';
import { CardVault } from '../gateway/card-vault.js';

/** What a payer may know of his card. */
export interface KeptCard {
  readonly id: string;
  readonly brand: string;
  readonly last4: string;
}

/** Exchanges a card for a token. Its number goes no further than this. */
@Injectable()
export class KeepCard {
  constructor(
    private readonly vault: CardVault,
    private readonly clock: Clock,
  ) {}

  async keep(card: CardDetails): Promise<KeptCard> {
    const judged = judgeCard(card, this.clock.now());
    const id = await this.vault.keep(judged);
    return { id, brand: judged.brand, last4: judged.last4 };
  }
}
