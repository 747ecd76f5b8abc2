import DataLoader from 'dataloader';
import type { UnitOfWork } from './unit-of-work.js';

/**
 * What several ask for in the same turn and the same unit of work is answered together, by one statement instead of one
 * for each. Nothing is remembered, and nobody waits: whoever is alone is answered alone. Outside a unit of work, too.
 */
export class Gathered<Question, Answer> {
  private readonly loaders = new WeakMap<object, DataLoader<Question, Answer>>();

  /**
   * @param answer to all that was asked, in the order of the questions. It runs in the unit of work of those who ask, and
   *   in the trace of one of them; when it throws, none of them has an answer
   * @param most questions at a time
   */
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly answer: (questions: readonly Question[]) => Promise<readonly Answer[]>,
    private readonly most: number,
  ) {}

  async ask(question: Question): Promise<Answer> {
    const work = this.unitOfWork.current;
    if (!work) return (await this.answer([question]))[0]!;
    let loader = this.loaders.get(work);
    if (!loader) {
      loader = new DataLoader(this.answer, { cache: false, maxBatchSize: this.most });
      this.loaders.set(work, loader);
    }
    return loader.load(question);
  }
}
