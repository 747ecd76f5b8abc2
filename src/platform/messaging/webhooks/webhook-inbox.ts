import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { markWebhookEventUnapplied } from './sql/mark-webhook-event-unapplied.sql.js';
import { storeWebhookEvent } from './sql/store-webhook-event.sql.js';
import type { WebhookEvent } from './webhook-event.schema.js';

/**
 * Takes in what others tell us.
 *
 * Guarantees: an event is stored and applied in one transaction, once per source and id; when `accept` returns,
 * it has been committed. When applying throws, nothing is stored, and the sender's next try starts afresh. Does
 * not guarantee any order: senders give none.
 */
@Injectable()
export class WebhookInbox {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /**
   * Stores an event and applies it; a duplicate changes nothing.
   * @param source who sent it, e.g. `payments`; ids are unique within it
   * @param apply changes our rows inside the same unit of work; `false` says that there was nothing to change
   * (an unknown type or reference), which is kept as an `applied_at` of null
   */
  async accept(source: string, event: WebhookEvent, apply: () => Promise<void | boolean>): Promise<void> {
    await this.unitOfWork.run(async () => {
      const stored = await this.unitOfWork.query(storeWebhookEvent, [
        source,
        event.id,
        event.type,
        JSON.stringify(event),
      ]);
      if (stored.length === 0) return;
      if ((await apply()) === false)
        await this.unitOfWork.query(markWebhookEventUnapplied, [source, event.id]);
    });
  }
}
