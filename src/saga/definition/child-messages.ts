/** What a step needs to start another saga, as its intent stores it. */
export interface ChildStart {
  readonly definition: string;
  /** Null: the definition's rollout decides, at the moment of the start. */
  readonly version: number | null;
  /** The child's business key; null: its parent's. */
  readonly key: string | null;
  readonly input: unknown;
}

/** What a step that started another saga has for its result. */
export interface ChildResult<Results = Readonly<Record<string, unknown>>> {
  readonly childId: string;
  /** The results of the child's steps, by name. */
  readonly results: Results;
}

function asIs<Data>(wireName: string) {
  return class {
    static readonly wireName: string = wireName;
    static readonly schema = { parse: (value: unknown) => value as Data };
    constructor(readonly data: Data) {}
  };
}

/** The engine carries these out itself; no handler is registered for them. */
export class StartChild extends asIs<ChildStart>('saga.start-child.v1') {}
export class UndoChild extends asIs<{ readonly childId: string }>('saga.undo-child.v1') {}
export class ChildDone extends asIs<ChildResult>('saga.child-done.v1') {}
export class ChildUndone extends asIs<{ readonly childId: string }>('saga.child-undone.v1') {}

/** Whether a command is about a saga that the step has started, or is to start. */
export function isAboutChild(command: string): boolean {
  return command === StartChild.wireName || command === UndoChild.wireName;
}
