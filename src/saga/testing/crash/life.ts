import { AsyncLocalStorage } from 'node:async_hooks';
import { Socket } from 'node:net';
import type { INestApplicationContext } from '@nestjs/common';
import { armed } from '../../../platform/failpoints/failpoint-hook.js';
import { bury } from './bury.js';

/** Thrown in a process that is dead: whatever it still does in memory reaches nobody any more. */
export class ProcessDied extends Error {
  override readonly name = 'ProcessDied';
}

/** Lives at the same time in this process; the hook and the watch over sockets stay while there is one. */
const lives = new Set<Life>();
const ambient = new AsyncLocalStorage<Life>();
/** As Node has it. */
const connect: (this: Socket, ...args: never[]) => Socket = Reflect.get(Socket.prototype, 'connect');

/**
 * A pretended process: an application context and all that it has to do with the world.
 *
 * Guarantees: after `die`, in the same turn, all its sockets are closed and it opens no other, so its transactions
 * are rolled back by the server and nothing of it reaches the database or the outside; whatever passes a failpoint
 * throws. What belongs to a life is told by its asynchronous context. Does not guarantee: that memory which it shares
 * with other lives of this process (a fake of the outside) is left alone by what was past its last failpoint.
 */
export class Life {
  private readonly sockets = new Set<Socket>();
  private context: INestApplicationContext | null = null;
  private booting: Promise<void> = Promise.resolve();
  private lastPorts: readonly number[] = [];
  private died = false;

  private fail: (error: Error) => void = () => undefined;
  /** Rejects when it dies; never resolves. */
  private readonly death = new Promise<never>((_, fail) => (this.fail = fail));

  /** @param passing called at each failpoint that this life passes; may wait or throw */
  constructor(private readonly passing: (life: Life, point: string) => Promise<void>) {
    this.death.catch(() => undefined);
  }

  get dead(): boolean {
    return this.died;
  }

  /** @throws Error before `start` */
  get app(): INestApplicationContext {
    if (!this.context) throw new Error('This process has not started.');
    return this.context;
  }

  /** The ports of its connections, as the other side sees them; of a dead one those it had when it died. */
  get ports(): readonly number[] {
    return this.died ? this.lastPorts : [...this.sockets].flatMap(({ localPort }) => localPort ?? []);
  }

  /** Starts an application as this process. @throws ProcessDied when it dies while it starts */
  async start(boot: () => Promise<INestApplicationContext>): Promise<void> {
    if (lives.size === 0) watch();
    lives.add(this);
    this.booting = this.as(boot).then((context) => void (this.context = context));
    await Promise.race([this.booting, this.death]);
  }

  /** Does something as this process. @throws ProcessDied when it dies meanwhile */
  async do<T>(work: (app: INestApplicationContext) => Promise<T>): Promise<T> {
    return Promise.race([this.as(() => work(this.app)), this.death]);
  }

  die(): void {
    if (this.died) return;
    this.lastPorts = this.ports;
    this.died = true;
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
    this.fail(new ProcessDied('The process died.'));
  }

  /** Ends it in order, or clears up after its death. */
  async close(): Promise<void> {
    try {
      // One that died while it started may have failed to start for that.
      await this.booting.catch(() => undefined);
      await this.as(async () => this.context && (this.died ? bury(this.context) : this.context.close()));
    } finally {
      lives.delete(this);
      if (lives.size === 0) stopWatching();
    }
  }

  /** @throws ProcessDied after its death */
  async pass(point: string): Promise<void> {
    this.requireAlive(point);
    // What the kit does there is not this process's doing.
    await ambient.exit(() => this.passing(this, point));
    // It may have died of something else while it waited here.
    this.requireAlive(point);
  }

  private as<T>(work: () => Promise<T>): Promise<T> {
    return ambient.run(this, work);
  }

  private requireAlive(point: string): void {
    if (this.died) throw new ProcessDied(`The process died before it was past ${point}.`);
  }

  /** Called for each socket that it opens. */
  adopt(socket: Socket): void {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
  }
}

function watch(): void {
  armed.hook = (point, where) => ambient.getStore()?.pass(where === null ? point : `${where}.${point}`);
  Socket.prototype.connect = function (this: Socket, ...args: never[]) {
    const life = ambient.getStore();
    if (!life?.dead) {
      life?.adopt(this);
      return connect.apply(this, args);
    }
    const refused = Object.assign(new Error('connect ECONNREFUSED: the process is dead'), {
      code: 'ECONNREFUSED',
    });
    process.nextTick(() => this.destroy(refused));
    return this;
  };
}

function stopWatching(): void {
  armed.hook = null;
  Socket.prototype.connect = connect;
}
