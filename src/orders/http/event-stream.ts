import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

/** One server-sent event. */
export interface StreamEvent {
  /** What the client hands back as `Last-Event-ID`. */
  id: string;
  event: string;
  data: unknown;
}

/**
 * A `text/event-stream` answer. Written by hand because the framework's own cannot send comments, and a stream
 * without heartbeats is cut by proxies and never notices that its client is gone.
 */
export class EventStream {
  private readonly hangUp = new AbortController();

  constructor(private readonly response: ServerResponse) {
    response.once('close', () => this.hangUp.abort());
  }

  /** Aborted when the client has hung up. */
  get closed(): AbortSignal {
    return this.hangUp.signal;
  }

  open(): void {
    this.response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache, no-transform',
      // nginx would collect the events before it hands them on.
      'X-Accel-Buffering': 'no',
    });
    this.response.flushHeaders();
  }

  async send({ id, event, data }: StreamEvent): Promise<void> {
    await this.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** A comment line: clients skip it, proxies see life. */
  async beat(): Promise<void> {
    await this.write(':\n\n');
  }

  end(): void {
    this.response.end();
  }

  /** A client that does not read is waited for, so that nothing piles up in memory. */
  private async write(text: string): Promise<void> {
    if (this.closed.aborted || this.response.write(text)) return;
    try {
      await once(this.response, 'drain', { signal: this.closed });
    } catch (error) {
      if (!this.closed.aborted) throw error;
    }
  }
}
