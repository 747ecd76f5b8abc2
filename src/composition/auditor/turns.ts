import { Injectable, Logger } from '@nestjs/common';
import { v7 } from 'uuid';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { periodically } from '../../platform/time/periodically.js';
import { endTurn } from './sql/end-turn.sql.js';
import { keepTurn } from './sql/keep-turn.sql.js';
import { takeTurn } from './sql/take-turn.sql.js';

/** After this a process that checks no more has lost its turn. */
const lastsSeconds = 45;
const keptEveryMs = 10_000;

/** The right to check. */
export interface Turn {
  readonly holder: string;
  /** When it was taken, by the database's clock. */
  readonly since: Date;
  /** True once another process may check. */
  readonly lost: boolean;
}

/** One process checks at a time: a row says which, and until when unless it goes on saying so. */
@Injectable()
export class Turns {
  private readonly log = new Logger(Turns.name);

  constructor(private readonly unitOfWork: UnitOfWork) {}

  /**
   * Runs `work` while this process has the turn. Null: it does not get it now.
   * @param unlessWithinSeconds nor when another check has left its report so lately; null: whatever was reported
   */
  async take<T>(
    unlessWithinSeconds: number | null,
    work: (turn: Turn) => Promise<T>,
  ): Promise<{ readonly value: T } | null> {
    const holder = v7();
    const [taken] = await this.unitOfWork.query<{ now: Date }>(takeTurn, [
      holder,
      lastsSeconds,
      unlessWithinSeconds,
    ]);
    if (!taken) return null;
    const turn = { holder, since: taken.now, lost: false };
    const keeping = periodically(
      keptEveryMs,
      async () => {
        const kept = await this.unitOfWork.query(keepTurn, [holder, lastsSeconds]);
        turn.lost ||= kept.length === 0;
      },
      (error) => this.log.warn({ msg: "The auditor's turn could not be prolonged", err: error }),
    );
    try {
      return { value: await work(turn) };
    } finally {
      await keeping.stop();
      await this.unitOfWork.query(endTurn, [holder]);
    }
  }
}
