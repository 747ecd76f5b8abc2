import { OutsideLedgers } from '../../src/composition/auditor/outside-ledgers.js';

/**
 * The ledgers that the auditor compares with ours: it may ask them once gateway and carrier have written theirs down. Its
 * check of every minute goes on meanwhile, as in production, and leaves the outside out.
 */
export class WrittenLedgers extends OutsideLedgers {
  written = false;

  override get canBeAsked(): boolean {
    return this.written;
  }
}
