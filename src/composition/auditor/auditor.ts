import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Settings } from '../../platform/config/settings.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { LateSuccesses } from '../late-successes/late-successes.js';
import { busy } from './busy.js';
import type { Ask, Invariant } from './invariant.js';
import { invariants } from './invariants/index.js';
import { Journals } from './journals.js';
import { OutsideAgrees } from './outside-agrees.js';
import { OutsideIsOurs } from './outside-is-ours.js';
import { Reports, type Report } from './reports.js';
import { everything, recent, type Scope } from './scope.js';
import { Turns, type Turn } from './turns.js';
import type { Violation } from './violation.js';

const completeEveryMs = 60 * 60_000;
/** How long a request waits for another check to end before it is turned away. */
const patienceMs = 60_000;
const askAgainMs = 200;

/**
 * Reconciles stock, money, shipments, orders and sagas with each other and with the outside.
 *
 * Guarantees: nothing is reported that was not wrong in one snapshot of our tables, however busy the system is. It
 * only reads, takes no lock on what it reads, and holds no transaction open between two statements. What succeeded
 * outside after its order was undone is handed on to be undone again; all else that it finds is for a person.
 */
@Injectable()
export class Auditor implements BeforeApplicationShutdown {
  private readonly log = new Logger(Auditor.name);
  private readonly invariants: readonly Invariant[];
  private readonly ask: Ask;
  private stopping = false;
  /** A complete check that has not begun yet: whoever asks until then shares it. */
  private upcoming: Promise<Report> | null = null;

  constructor(
    unitOfWork: UnitOfWork,
    settings: Settings,
    private readonly turns: Turns,
    private readonly reports: Reports,
    private readonly journals: Journals,
    private readonly outsideAgrees: OutsideAgrees,
    private readonly outsideIsOurs: OutsideIsOurs,
    private readonly lateSuccesses: LateSuccesses,
  ) {
    this.invariants = invariants(settings.leaseSeconds);
    this.ask = <Row>(text: string, values: readonly unknown[]) =>
      unitOfWork.manager.query<Row[]>(text, [...values]);
  }

  beforeApplicationShutdown(): void {
    this.stopping = true;
  }

  /** The last report; of a check that is made now when there was none ever. */
  async lastReport(): Promise<Report> {
    return (await this.reports.last()) ?? (await this.checkNow());
  }

  /**
   * Checks everything, after the check that is running now, if any.
   * @throws Problem 503 `AUDITOR.BUSY` when that one does not end in time, or this process ends
   */
  checkNow(): Promise<Report> {
    if (this.upcoming) return this.upcoming;
    const check = this.waitAndCheck();
    this.upcoming = check;
    return check;
  }

  /**
   * Checks what changed since the last report, and everything once an hour. Null: another process does or did.
   * @param unlessWithinSeconds not when a check began so lately
   */
  async checkOnSchedule(unlessWithinSeconds: number): Promise<Report | null> {
    const taken = await this.turns.take(unlessWithinSeconds, async (turn) => {
      const last = await this.reports.last();
      const due = !last || turn.since.getTime() - last.lastCompleteAt.getTime() >= completeEveryMs;
      return this.check(turn, due ? everything : recent(turn.since, last.watermark, last.violations));
    });
    return taken?.value ?? null;
  }

  private async waitAndCheck(): Promise<Report> {
    const deadline = Date.now() + patienceMs;
    let begun = false;
    try {
      for (;;) {
        const taken = await this.turns.take(null, (turn) => {
          // From here on what changes may be missed: who asks later wants a check of their own.
          begun = true;
          this.upcoming = null;
          return this.check(turn, everything);
        });
        if (taken) return taken.value;
        if (Date.now() >= deadline) throw busy('Another check is running and takes long.');
        await delay(askAgainMs, undefined, { ref: false });
        this.goesOn();
      }
    } finally {
      if (!begun) this.upcoming = null;
    }
  }

  private async check(turn: Turn, scope: Scope): Promise<Report> {
    const begun = performance.now();
    const goesOn = () => this.goesOn(turn);
    const violations: Violation[] = [];
    for (const invariant of this.invariants) {
      violations.push(...(await invariant.find(this.ask, scope)));
      goesOn();
    }
    for (const part of [this.journals, this.outsideAgrees, this.outsideIsOurs]) {
      violations.push(...(await part.find(this.ask, scope, goesOn)));
      goesOn();
    }
    const durationMs = Math.round(performance.now() - begun);
    const report = { checkedAt: turn.since, durationMs, violations };
    await this.reports.file(turn, report, scope.complete);
    this.tell(report, scope);
    await this.undoLate(violations);
    return report;
  }

  /** After the report is filed: what cannot be undone now is found again, and the report is worth having without it. */
  private async undoLate(violations: readonly Violation[]): Promise<void> {
    for (const { late, orderId, sagaId } of violations) {
      if (!late || this.stopping) continue;
      await this.lateSuccesses.undo(late).catch((error: unknown) => {
        this.log.error({ msg: 'A late success could not be undone yet', orderId, sagaId, err: error });
      });
    }
  }

  /** @throws Problem when the check is to be given up */
  private goesOn(turn?: Turn): void {
    if (this.stopping) throw busy('This process is shutting down.');
    if (turn?.lost) throw busy('The check took too long, and another process may check by now.');
  }

  private tell({ durationMs, violations }: Report, { complete, standing }: Scope): void {
    const known = new Set(standing.map(({ text }) => text));
    for (const { code, text, orderId, sagaId } of violations) {
      if (!known.has(text)) this.log.error({ msg: text, code, orderId, sagaId });
    }
    this.log.debug({ msg: 'The books were checked', complete, durationMs, violations: violations.length });
  }
}
