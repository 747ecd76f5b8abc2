import type { Then, With } from './alternative-builder.js';
import { append, branchOf, gather, type LooseBuild, type PathDraft } from './draft.js';
import type { Declared, StepStart } from './step-stages.js';

/** The steps of one branch, one after the other. They see what came before the group, and each other. */
export class BranchBuilder<Input, Results, Names extends readonly string[] = readonly []> {
  declare protected readonly carries: readonly [Results, Names];

  constructor(
    readonly draft: PathDraft,
    private readonly group: string,
    private readonly branch: string,
  ) {}

  /** A step that can be undone. */
  step<Name extends string, Result>(
    name: Name,
    build: (step: StepStart<'compensatable', Input, Results>) => Declared<Result>,
  ): BranchBuilder<Input, With<Results, Name, Result>, Then<Names, Name>> {
    const { group, branch } = this;
    const draft = append(this.draft, name, 'compensatable', build as LooseBuild, { group, branch });
    return new BranchBuilder(draft, group, branch);
  }
}

/** The branches of a group, in the order against which they are undone. */
export class GroupBuilder<Input, Before, Results, Names extends readonly string[]> {
  declare protected readonly carries: readonly [Results, Names];

  constructor(
    readonly draft: PathDraft,
    private readonly group: string,
  ) {}

  /**
   * One more branch, beside the others: it reads none of their results.
   *
   * @param name unique in its group
   */
  branch<Own, Steps extends readonly string[]>(
    name: string,
    build: (branch: BranchBuilder<Input, Before>) => BranchBuilder<Input, Own, Steps>,
  ): GroupBuilder<Input, Before, Results & Own, readonly [...Names, ...Steps]> {
    const { draft } = build(new BranchBuilder(branchOf(this.draft), this.group, name));
    return new GroupBuilder(gather(this.draft, draft), this.group);
  }
}
