import type { JudgedCard } from '../domain/judge-card.js';

/** The port to whoever keeps cards and gives out tokens for them. */
export abstract class CardVault {
  /** Keeps what may be kept of a card. @returns the token to pay with, `pm_…` */
  abstract keep(card: JudgedCard): Promise<string>;
}
