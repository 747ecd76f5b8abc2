import { Injectable } from '@nestjs/common';
import { setMaxListeners } from 'node:events';
import { goingOnAbout, traceFrom } from '../../platform/observability/trace/trace-context.js';
import { SagaTraces } from '../observability/saga-traces.js';
import { limitsOf } from './attempt-limits.js';
import { drainingReason } from './call.js';
import { WatchedCall } from './outages/watched-call.js';
import type { OwnedSaga, Work } from './owned-saga.js';
import { LogFields } from './saga-fields.js';
import type { UnitRef } from './state.js';

/** Calls to the outside at a time. */
const callsAtATime = 128;

/** The calls under way, and those that wait for one of them to end. */
@Injectable()
export class CallDesk {
  private readonly waiting: (() => void)[] = [];
  private readonly underWay = new Set<Promise<void>>();
  private ending = heardByAll();

  constructor(
    private readonly call: WatchedCall,
    private readonly fields: LogFields,
    private readonly traces: SagaTraces,
  ) {}

  /** @param done gets the call's end as work for a wave; not called for a call that never began */
  place(saga: OwnedSaga, unit: UnitRef, ask: boolean, done: (work: Work) => void): void {
    const start = () => {
      const limits = limitsOf(saga.definition, unit);
      // Whatever the handler logs is about this saga.
      const about = { sagaId: saga.id, ...this.fields.businessKey(saga.state) };
      const measured = this.traces.begin(saga, unit, ask);
      const { traceparent } = saga.state;
      const trace = measured?.span.trace ?? (traceparent === null ? null : traceFrom(traceparent));
      const attempt = () => this.call.attempt(saga, unit, ask, limits, this.ending.signal);
      const ended = goingOnAbout(trace, about, attempt).then((work) =>
        done(measured ? { ...work, attempt: measured } : work),
      );
      const tracked = ended.finally(() => {
        this.underWay.delete(tracked);
        this.waiting.shift()?.();
      });
      this.underWay.add(tracked);
    };
    if (this.underWay.size < callsAtATime) start();
    else this.waiting.push(start);
  }

  /** Ends all calls from our side: those under way become unknown, those that wait are forgotten unsent. */
  async abort(): Promise<void> {
    this.waiting.length = 0;
    this.ending.abort(drainingReason());
    this.ending = heardByAll();
    await Promise.all(this.underWay);
  }
}

/** Each call listens: that there are many is no leak, which Node would warn of. */
function heardByAll(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
