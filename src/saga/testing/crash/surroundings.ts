import { AsyncLocalStorage } from 'node:async_hooks';
import { Socket } from 'node:net';
import { armed } from '../../../platform/failpoints/failpoint-hook.js';

/** A pretended process, as far as the world can tell: what it opens, what it plans, which failpoints it passes. */
export interface Dweller {
  /** It opens no socket any more, and plans nothing. */
  readonly gone: boolean;
  /** What it has planned. */
  readonly timers: Set<NodeJS.Timeout>;
  /** Called with each socket that it opens. */
  adopt(socket: Socket): void;
  /** Called at each failpoint; may wait, for ever too, or throw. */
  pass(point: string): Promise<void>;
}

/** Who does what is being done, told by its asynchronous context. */
const ambient = new AsyncLocalStorage<Dweller>();
/** Kits that are open; while there is none all is as Node has it. */
let watchers = 0;
/** As Node, or the test's environment, has them. */
const connect: (this: Socket, ...args: never[]) => Socket = Reflect.get(Socket.prototype, 'connect');
const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis;

/** Does something as one of the dwellers. */
export function doAs<T>(dweller: Dweller, work: () => T): T {
  return ambient.run(dweller, work);
}

/** Does something that is no dweller's doing. */
export function doAsNobody<T>(work: () => T): T {
  return ambient.exit(work);
}

/**
 * From now on the doings of dwellers are seen.
 * @returns ends that; not before the last of them has gone, for the dead would come back
 */
export function watchDwellers(): () => void {
  if (watchers++ === 0) install();
  return () => {
    if (--watchers === 0) restore();
  };
}

function install(): void {
  armed.hook = (point, where) => ambient.getStore()?.pass(where === null ? point : `${where}.${point}`);
  Socket.prototype.connect = connectUnlessGone;
  globalThis.setTimeout = Object.assign(planned(setTimeout, true), setTimeout);
  globalThis.setInterval = Object.assign(planned(setInterval, false), setInterval);
  globalThis.clearTimeout = cleared(clearTimeout);
  globalThis.clearInterval = cleared(clearInterval);
}

function restore(): void {
  armed.hook = null;
  Socket.prototype.connect = connect;
  Object.assign(globalThis, { setTimeout, setInterval, clearTimeout, clearInterval });
}

/** Of one that has gone it never comes about, not even as an error: whoever waits for it would try again and again. */
function connectUnlessGone(this: Socket, ...args: never[]): Socket {
  const dweller = ambient.getStore();
  if (dweller?.gone) return this;
  dweller?.adopt(this);
  return connect.apply(this, args);
}

type Plan = (callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => NodeJS.Timeout;
type Clear = (timer: NodeJS.Timeout | string | number | undefined) => void;

/** A timer that is known as the dweller's as long as it is to come. */
function planned<Timer extends Plan>(plan: Timer, once: boolean): Timer {
  return ((callback, ms, ...args) => {
    const dweller = ambient.getStore();
    if (!dweller) return plan(callback, ms, ...args);
    const timer = plan(() => {
      if (once) dweller.timers.delete(timer);
      callback(...args);
    }, ms);
    if (dweller.gone) clearTimeout(timer);
    else dweller.timers.add(timer);
    return timer;
  }) as Timer;
}

function cleared(clear: Clear): Clear {
  return (timer) => {
    if (typeof timer === 'object') ambient.getStore()?.timers.delete(timer);
    clear(timer);
  };
}
