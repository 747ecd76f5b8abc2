/**
 * What was decided on is not the saga as it is: somebody else has written the entry with this number, or there is a
 * hole in the journal that was folded. Nothing may be written then.
 */
export class StaleJournal extends Error {
  override readonly name = 'StaleJournal';

  /** @param sagas which, each with the number of the entry that was to be written */
  constructor(readonly sagas: readonly string[]) {
    super(`Decided on something else than the journal: ${sagas.join(', ')}.`);
  }
}
