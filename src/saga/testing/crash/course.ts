import { formatAccident, type Accident } from './schedule.js';

/** A failpoint that was passed, and the how many-th time it was since the accident before it. */
export interface Passage {
  readonly point: string;
  readonly hit: number;
}

/** How far a schedule has come: what was passed, and which accident is the next. */
export class Course {
  /** What was passed up to and with each accident, and at last after them. */
  readonly legs: Passage[][] = [[]];
  private readonly hits = new Map<string, number>();

  constructor(private readonly accidents: readonly Accident[]) {}

  /** How many accidents have happened. */
  get happened(): number {
    return this.legs.length - 1;
  }

  /** Those that have not happened: their point was not passed so often. */
  get outstanding(): readonly Accident[] {
    return this.accidents.slice(this.happened);
  }

  /** @returns the accident that is to happen right here, if any */
  pass(point: string): Accident | null {
    const hit = (this.hits.get(point) ?? 0) + 1;
    this.hits.set(point, hit);
    this.legs.at(-1)!.push({ point, hit });
    const due = this.accidents[this.happened];
    if (due?.point !== point || due.hit !== hit) return null;
    this.hits.clear();
    this.legs.push([]);
    return due;
  }

  /** The way it took, one line a leg. */
  way(): string {
    return this.legs
      .map((leg, index) => {
        const way = leg.map(({ point, hit }) => `${point}#${hit}`).join(' ');
        const end = this.accidents[index];
        return index < this.happened && end ? `${way} → ${formatAccident(end)}` : way;
      })
      .join('\n');
  }
}
