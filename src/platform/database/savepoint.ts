import { answersTo, hasEnded, onConnection, reasonOf, type OpenWork } from './open-work.js';

/** See `UnitOfWork.nested`. */
export async function behindSavepoint<T>(open: OpenWork, work: () => Promise<T>): Promise<T> {
  if (open.shared)
    throw new Error('This unit of work is shared: a savepoint would take back what others wrote.');
  // What is registered when they are there is not to go with the savepoint.
  if (open.presumed) await answersTo(open.presumed.answers);
  const name = `s${++open.savepoints}`;
  const hooks = { before: open.beforeCommit.length, after: open.afterCommit.length };
  const takeBacks = open.takeBacks.length;
  const unanswered = open.unanswered.length;
  const { presumed } = open;
  await onSavepoint(open, `SAVEPOINT ${name}`);
  // Whoever releases it knows what became of it.
  open.presumed = null;
  try {
    const result = await work();
    await answersTo(open.unanswered.splice(unanswered));
    await onSavepoint(open, `RELEASE SAVEPOINT ${name}`);
    return result;
  } catch (error) {
    // Given up and rolled back meanwhile, or cut off: the connection is somebody else's, or nobody's.
    if (open.closed || open.broken) throw error;
    await onSavepoint(open, `ROLLBACK TO SAVEPOINT ${name}`);
    const reason = await reasonOf(open.unanswered.splice(unanswered), error);
    open.refused = null;
    // What was written is gone; what was to follow from it must go with it.
    open.beforeCommit.length = hooks.before;
    open.afterCommit.length = hooks.after;
    while (open.takeBacks.length > takeBacks) open.takeBacks.pop()!();
    throw reason;
  } finally {
    open.presumed = presumed;
  }
}

async function onSavepoint(open: OpenWork, statement: string): Promise<void> {
  if (open.closed) throw new Error(hasEnded);
  await onConnection(open, open.client.query(statement));
}
