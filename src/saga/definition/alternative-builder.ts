import { append, branchOf, join, type AlternativeOptions, type LooseBuild, type PathDraft } from './draft.js';
import type { Declared, StepStart } from './step-stages.js';

/** The results of earlier steps by their names. */
export type With<Results, Name extends string, Result> = Results & { readonly [N in Name]: Result };

/** Step names in order; a new one goes to the end. */
export type Then<Names extends readonly string[], Name extends string> = readonly [...Names, Name];

/** At least one step. */
export type SomeNames = readonly [string, ...string[]];

/** The name at the end; never: there is none yet. */
export type Last<Names extends readonly string[]> = Names extends readonly [
  ...string[],
  infer Name extends string,
]
  ? Name
  : never;

/** All names but the one at the end: what may be a save-point of an alternative to it. */
export type Earlier<Names extends readonly string[]> = Names extends readonly [
  ...infer Rest extends readonly string[],
  string,
]
  ? Rest[number]
  : never;

/** The names after a save-point, the last one among them; with no save-point (never) none. */
export type Undone<Names extends readonly string[], To extends string> = [To] extends [never]
  ? never
  : Names extends readonly [infer First extends string, ...infer Rest extends readonly string[]]
    ? First extends To
      ? Rest[number]
      : Undone<Rest, To>
    : never;

/**
 * What later steps see after an alternative rejoins. Under the name of the step in whose place it may have been
 * taken: that step's own result, or the result of the alternative's last step. Under the alternative's own names,
 * and under those that it undid: maybe nothing.
 */
export type Joined<Results, Place extends string, Gone extends string, Branch, End extends string> = {
  readonly [Name in keyof Results | keyof Branch]: Name extends Place
    ? (Name extends keyof Results ? Results[Name] : never) | (End extends keyof Branch ? Branch[End] : never)
    : Name extends keyof Results
      ? Name extends Gone
        ? Results[Name] | undefined
        : Results[Name]
      : Name extends keyof Branch
        ? Branch[Name] | undefined
        : never;
};

/** An alternative that says all that is needed. Carries its results, and the name of its last step, for what follows. */
export class Taken<Results, Names extends readonly string[]> {
  declare protected readonly carries: readonly [Results, Names];

  constructor(readonly draft: PathDraft) {}
}

/** The path of an alternative before the pivot: steps that can be undone. */
export class AlternativeBuilder<
  Input,
  Results,
  Before = Results,
  Names extends readonly string[] = readonly [],
> extends Taken<Results, Names> {
  /** A step that can be undone. */
  step<Name extends string, Result>(
    name: Name,
    build: (step: StepStart<'compensatable', Input, Results>) => Declared<Result>,
  ): AlternativeBuilder<Input, With<Results, Name, Result>, Results, Then<Names, Name>> {
    return new AlternativeBuilder(append(this.draft, name, 'compensatable', build as LooseBuild));
  }

  /** An alternative to the step just declared; see `CompensatableBuilder.alternative`. */
  alternative<Branch, Steps extends SomeNames, To extends Earlier<Names> = never>(
    options: AlternativeOptions<To>,
    build: (instead: AlternativeBuilder<Input, Omit<Before, Undone<Names, To>>>) => Taken<Branch, Steps>,
  ): AlternativeBuilder<
    Input,
    Joined<Results, Last<Names>, Undone<Names, To>, Branch, Last<Steps>>,
    Before,
    Names
  > {
    const { draft } = build(new AlternativeBuilder(branchOf(this.draft)));
    return new AlternativeBuilder(join(this.draft, options, draft));
  }
}

/** The path of an alternative to the pivot: steps that can be undone, then another pivot. */
export class PivotAlternativeBuilder<Input, Results, Names extends readonly string[] = readonly []> {
  constructor(private readonly draft: PathDraft) {}

  /** A step that can be undone, before the pivot. */
  step<Name extends string, Result>(
    name: Name,
    build: (step: StepStart<'compensatable', Input, Results>) => Declared<Result>,
  ): PivotAlternativeBuilder<Input, With<Results, Name, Result>, Then<Names, Name>> {
    return new PivotAlternativeBuilder(append(this.draft, name, 'compensatable', build as LooseBuild));
  }

  /** The step whose success is the point of no return on this path. */
  pivot<Name extends string, Result>(
    name: Name,
    build: (step: StepStart<'pivot', Input, Results>) => Declared<Result>,
  ): PivotTaken<Input, With<Results, Name, Result>, Results, Then<Names, Name>> {
    return new PivotTaken(append(this.draft, name, 'pivot', build as LooseBuild));
  }
}

/** A finished path of an alternative to the pivot; there may be a further one for its own failure. */
export class PivotTaken<Input, Results, Before, Names extends readonly string[]> extends Taken<
  Results,
  Names
> {
  /** An alternative to this pivot; see `PivotBuilder.alternative`. */
  alternative<Branch, Steps extends SomeNames, To extends Earlier<Names> = never>(
    options: AlternativeOptions<To>,
    build: (instead: PivotAlternativeBuilder<Input, Omit<Before, Undone<Names, To>>>) => Taken<Branch, Steps>,
  ): PivotTaken<Input, Joined<Results, Last<Names>, Undone<Names, To>, Branch, Last<Steps>>, Before, Names> {
    const { draft } = build(new PivotAlternativeBuilder(branchOf(this.draft)));
    return new PivotTaken(join(this.draft, options, draft));
  }
}
