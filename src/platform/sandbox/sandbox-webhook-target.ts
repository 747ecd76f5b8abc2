import type { AddressInfo } from 'node:net';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

/** Where the sandbox sends its webhooks: to this very process, when it listens. */
@Injectable()
export class SandboxWebhookTarget {
  private chosen: string | null = null;

  constructor(private readonly host: HttpAdapterHost) {}

  /** Sends them elsewhere, e.g. to `https://orders.example`. */
  pointTo(baseUrl: string): void {
    this.chosen = baseUrl;
  }

  /** Null: nobody listens here, so another process has to send them. */
  get baseUrl(): string | null {
    if (this.chosen !== null) return this.chosen;
    const server = this.host.httpAdapter?.getHttpServer() as { address?: () => AddressInfo | string | null };
    const address = server?.address?.();
    return typeof address === 'object' && address ? `http://${reachable(address)}:${address.port}` : null;
  }
}

/** A server on all addresses is reached on the loopback one. */
function reachable({ address, family }: AddressInfo): string {
  if (address === '0.0.0.0' || address === '::') return '127.0.0.1';
  return family === 'IPv6' ? `[${address}]` : address;
}
