import { isDeepStrictEqual } from 'node:util';
import { codeOf } from '../messaging/rejection.js';
import { answersTo, type OpenWork, type Presumptions } from './open-work.js';

/** What a unit of work went on with was not what was answered, or was not known yet when the work failed. */
export class NotAsPresumed extends Error {
  override readonly name = 'NotAsPresumed';
}

/** What a server answers to everything behind a statement that it refused. */
const inFailedTransaction = '25P02';

/** See `UnitOfWork.presume`. */
export async function goOnWith<T>(open: OpenWork, likely: T, answer: Promise<T>): Promise<T> {
  const { presumed, tellAs } = open;
  if (!presumed) return answer;
  const compared = answer.then(
    (given) => {
      if (!isDeepStrictEqual(given, likely)) throw new NotAsPresumed('The answer was another one.');
    },
    (error: unknown) => {
      // Refused was a statement of whoever had gone on: it stood before the last one that this answer takes.
      if (codeOf(error) === inFailedTransaction) throw new NotAsPresumed('Nobody knows the answer.');
      throw tellAs ? tellAs(error) : error;
    },
  );
  presumed.missing++;
  compared.finally(() => presumed.missing--).catch(() => undefined);
  // Before what comes of it: when the answer was another one, that is why the rest failed.
  open.unanswered.push(compared);
  presumed.answers.push(compared);
  return likely;
}

/** See `UnitOfWork.presuming`. */
export async function presumingIn<T>(open: OpenWork, work: () => Promise<T>): Promise<T> {
  const outer = open.presumed;
  const presumed: Presumptions = { answers: [], missing: 0 };
  open.presumed = presumed;
  try {
    const value = await work();
    await answersTo(presumed.answers);
    return value;
  } catch (error) {
    const isKnown = presumed.missing === 0;
    await answersTo(presumed.answers);
    // Out of time behind a statement of somebody else's, perhaps. Whether it is a failure shows when nothing is presumed.
    throw isKnown ? error : new NotAsPresumed('The work failed before all answers were there.');
  } finally {
    open.presumed = outer;
  }
}
