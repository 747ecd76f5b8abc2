import type { Description } from '../definition/index.js';

/** A version as it was when it was released: what sagas in flight rely on. */
export interface ReleasedVersion {
  readonly fingerprint: string;
  /** `2026-11-21`. */
  readonly releasedOn: string;
  /** When its code was taken out, because no saga used it any more. Absent: it is to be in the code. */
  readonly removedOn?: string;
  /** What the fingerprint is of: tells what differs, and goes on being there when the code is gone. */
  readonly description: Description;
}

/** By name, and by version: what `sagas.released.json` says. */
export type Released = Readonly<Record<string, Readonly<Record<string, ReleasedVersion>>>>;

/** All versions that were ever released. A class, so that it is its own injection token. */
export class ReleasedVersions {
  constructor(private readonly released: Released) {}

  /** Null: it was not released. */
  find(name: string, version: number): ReleasedVersion | null {
    return this.released[name]?.[version] ?? null;
  }

  all(): (ReleasedVersion & { readonly name: string; readonly version: number })[] {
    return Object.entries(this.released).flatMap(([name, versions]) =>
      Object.entries(versions).map(([version, one]) => ({ ...one, name, version: Number(version) })),
    );
  }
}
