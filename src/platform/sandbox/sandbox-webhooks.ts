import { Injectable } from '@nestjs/common';
import { SandboxWebhookSender } from './sandbox-webhook-sender.js';
import { webhookBody, type SandboxWebhook } from './sandbox-webhook.js';
import { SandboxWorld } from './sandbox-world.js';
import { scheduleWebhook } from './sql/schedule-webhook.sql.js';

/** What the outside world is going to tell us. */
@Injectable()
export class SandboxWebhooks {
  constructor(
    private readonly world: SandboxWorld,
    private readonly sender: SandboxWebhookSender,
  ) {}

  /** Stores a webhook to be sent after so many milliseconds, also when this process is gone by then. */
  async schedule(webhook: SandboxWebhook, afterMs: number): Promise<void> {
    await this.world.query(scheduleWebhook, [
      webhook.id,
      webhook.dependency,
      webhook.path,
      webhookBody(webhook),
      afterMs,
    ]);
    this.sender.wake();
  }
}
