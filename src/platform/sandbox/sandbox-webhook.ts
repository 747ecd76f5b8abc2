import type { SandboxDependency } from './sandbox-faults.js';

/** An event that the outside world tells us of, by a signed POST to our own endpoint. */
export interface SandboxWebhook {
  /** The event's id; a repeated delivery has the same. */
  readonly id: string;
  readonly dependency: SandboxDependency;
  /** Of our endpoint, e.g. `/v1/webhooks/payments`. */
  readonly path: string;
  readonly type: string;
  /** When it happened over there. */
  readonly createdAt: Date;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The body as it is signed and sent. */
export function webhookBody({ id, type, createdAt, data }: SandboxWebhook): string {
  return JSON.stringify({ id, type, createdAt: createdAt.toISOString(), data });
}
