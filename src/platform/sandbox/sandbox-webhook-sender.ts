import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { SIGNATURE_HEADER, sign } from '../http/webhook-signature.js';
import { isConnectionLoss } from './connection-loss.js';
import { SandboxWebhookTarget } from './sandbox-webhook-target.js';
import { SandboxWorld } from './sandbox-world.js';
import { claimWebhooks, type ClaimedWebhookRow } from './sql/claim-webhooks.sql.js';
import { forgetWebhook } from './sql/forget-webhook.sql.js';
import { nextWebhook } from './sql/next-webhook.sql.js';

const BATCH = 16;
/** Shorter than the time between scheduling and sending, so that what another process scheduled is not late. */
const LONGEST_PAUSE_MS = 4_000;
const SHORTEST_PAUSE_MS = 10;
const NOBODY_LISTENS_PAUSE_MS = 500;
const ANSWER_TIMEOUT_MS = 10_000;

/**
 * Sends the outside world's webhooks when they are due: at least once each, again after a pause that doubles up to
 * a minute until they are taken. Any process that listens may send any of them.
 */
@Injectable()
export class SandboxWebhookSender implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(SandboxWebhookSender.name);
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private endPause = (): void => undefined;
  /** Something was scheduled while no pause was on. */
  private lookAgain = false;

  constructor(
    private readonly world: SandboxWorld,
    private readonly target: SandboxWebhookTarget,
    private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.running;
  }

  /** Looks again now: something was scheduled. */
  wake(): void {
    this.lookAgain = true;
    this.endPause();
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      this.lookAgain = false;
      await this.pause(await this.turn());
    }
  }

  /** Sends what is due. @returns how long to pause, in milliseconds */
  private async turn(): Promise<number> {
    const baseUrl = this.target.baseUrl;
    if (baseUrl === null) return NOBODY_LISTENS_PAUSE_MS;
    try {
      const pause = await this.untilNext();
      if (pause > 0) return pause;
      const webhooks = await this.world.query<ClaimedWebhookRow>(claimWebhooks, [BATCH]);
      await Promise.all(webhooks.map((webhook) => this.send(baseUrl, webhook)));
      return SHORTEST_PAUSE_MS;
    } catch (error) {
      if (!isConnectionLoss(error))
        this.logger.error({ msg: 'Sandbox webhooks could not be sent', err: error });
      return LONGEST_PAUSE_MS;
    }
  }

  /** Milliseconds until something is due, or the longest pause; 0: something is due now. */
  private async untilNext(): Promise<number> {
    const [next] = await this.world.query<{ ms: number }>(nextWebhook);
    if (!next) return LONGEST_PAUSE_MS;
    return next.ms <= 0 ? 0 : Math.min(Math.max(next.ms, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS);
  }

  private async send(baseUrl: string, { id, path, body }: ClaimedWebhookRow): Promise<void> {
    try {
      const response = await fetch(new URL(path, baseUrl), {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          [SIGNATURE_HEADER]: sign(this.settings.webhookSecrets[0]!, body, new Date()),
        },
        body,
        signal: AbortSignal.any([this.stopping.signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
      });
      await response.arrayBuffer();
      if (response.ok) await this.world.query(forgetWebhook, [id]);
      else
        this.logger.warn({ msg: 'A sandbox webhook was not taken', webhookId: id, status: response.status });
    } catch (error) {
      this.logger.warn({ msg: 'A sandbox webhook found nobody', webhookId: id, err: error });
    }
  }

  private async pause(milliseconds: number): Promise<void> {
    if (this.lookAgain) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds).unref();
      this.endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
