import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Settings } from '../../platform/config/settings.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Lookout, whenever } from '../../platform/messaging/lookout.js';
import { Errand } from '../../platform/time/errand.js';
import { appendAuditSeals } from '../store/sql/append-audit-seals.sql.js';
import { lockAuditChain } from '../store/sql/lock-audit-chain.sql.js';
import { takeUnsealedEntries } from '../store/sql/take-unsealed-entries.sql.js';
import { sealEntries, type ChainEnd, type SealableEntry } from './audit-chain.js';

const batch = 500;

/**
 * Seals what was audited, every few seconds, in one process at a time; the others find the chain locked and leave it.
 * A batch is one transaction: after a kill its entries are still to be sealed.
 */
@Injectable()
export class AuditSealer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger(AuditSealer.name);
  private readonly sealing = new Errand(
    () => this.seal(),
    (error) => this.log.error({ msg: 'The audit could not be sealed; it is tried again', err: error }),
  );
  private stopping = false;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly settings: Settings,
    lookout: Lookout,
  ) {
    if (settings.role === 'api') return;
    const dueIn = whenever('EXISTS (SELECT FROM saga.audit_unsealed)');
    lookout.watch({ name: 'unsealed', dueIn, due: () => this.sealing.call() });
  }

  onApplicationBootstrap(): void {
    if (this.settings.role === 'api') return;
    this.sealing.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.sealing.stop();
  }

  /** Seals everything that has committed by now, unless another process is at it. */
  async seal(): Promise<void> {
    while ((await this.sealBatch()) === batch && !this.stopping);
  }

  private async sealBatch(): Promise<number> {
    const { sealed, end } = await this.unitOfWork.run(async () => {
      const [chain] = await this.unitOfWork.query<ChainEnd>(lockAuditChain);
      if (!chain) return { sealed: 0, end: null };
      const entries = await this.unitOfWork.query<SealableEntry>(takeUnsealedEntries, [batch]);
      const seals = sealEntries(chain, entries);
      if (seals.length > 0) {
        await this.unitOfWork.query(appendAuditSeals, [
          seals.map(({ sequence }) => sequence),
          seals.map(({ entryId }) => entryId),
          seals.map(({ previousHash }) => previousHash),
          seals.map(({ hash }) => hash),
        ]);
      }
      return { sealed: seals.length, end: seals.at(-1) ?? null };
    });
    // Logs leave the machine: a chain that somebody made anew does not have this hash at this place.
    if (end) this.log.log({ msg: 'The audit was sealed', sequence: end.sequence, hash: end.hash });
    return sealed;
  }
}
