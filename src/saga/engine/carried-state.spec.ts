import type { Entry } from './entries.js';
import { fold } from './evolve.js';

/** As the first build that continued journals has stored it. Never to be changed: there are journals that begin so. */
const carriedByTheFirst = `{
  "at": "2026-11-22T10:00:00.000Z", "kind": "continued", "segment": 2, "why": "age",
  "state": {
    "id": "01890000-0000-7000-8000-000000000009", "definition": "order-tracking", "version": 1,
    "correlationId": "o-1", "input": { "orderId": "o-1" }, "startedAt": "2026-11-21T10:00:00.000Z",
    "deadlineAt": null, "closings": {}, "cause": null, "cancel": null, "pivotPassed": false, "fault": null,
    "paused": false, "kept": [], "heard": ["e-1"], "end": null, "endedAt": null,
    "updatedAt": "2026-11-21T12:00:00.000Z",
    "segment": { "number": 1, "from": 1, "at": "2026-11-21T10:00:00.000Z" }, "length": 6,
    "steps": [
      { "name": "mark-shipped", "passed": null, "wait": null, "planned": null, "undo": null, "compensation": null,
        "replacedBy": null, "abandoned": null,
        "action": {
          "status": "intended", "command": "orders.mark-shipped.v1", "input": { "orderId": "o-1" },
          "reference": "01890000-0000-7000-8000-00000000000a", "failures": 1, "suspect": false, "begun": false,
          "crashes": 0, "resolves": 0, "attempts": 1, "sent": false, "retriedAt": null,
          "notBefore": "2026-11-22T11:00:00.000Z", "held": null, "confirmBy": null, "sinceNotice": null,
          "parked": false, "result": null, "startedAt": "2026-11-21T11:00:00.000Z",
          "protectedFrom": "2026-11-21T11:00:00.000Z", "finishedAt": null,
          "error": { "name": "Error", "code": "BUSY", "message": "Busy.", "stack": null, "chain": [] } } },
      { "name": "await-delivery", "action": null, "passed": null, "planned": null, "undo": null,
        "compensation": null, "replacedBy": null, "abandoned": null,
        "wait": { "until": "2027-02-19T10:00:00.000Z", "for": ["shipping.shipment-delivered.v1"],
          "startedAt": "2026-11-21T11:00:00.000Z", "ended": null, "result": null, "error": null } }
    ]
  }
}`;

const stored = () => JSON.parse(carriedByTheFirst) as Extract<Entry, { kind: 'continued' }>;

describe('What a segment carries over', () => {
  it('is still read as the first build stored it', () => {
    const { state } = stored();
    expect(fold([stored()])).toEqual({
      ...state,
      // Added since.
      reactions: [],
      traceparent: null,
      ...{ parent: null, verdict: null, doneAt: null },
      segment: { number: 2, from: 7, at: '2026-11-22T10:00:00.000Z' },
      updatedAt: '2026-11-22T10:00:00.000Z',
      length: 7,
    });
  });

  it('has defaults for whatever was added to a state since', () => {
    const entry = stored() as unknown as { state: Record<string, unknown> };
    const lacks = (object: unknown, ...fields: string[]) =>
      fields.forEach((field) => delete (object as Record<string, unknown>)[field]);
    lacks(entry.state, 'kept', 'heard', 'paused');
    const [step, wait] = entry.state.steps as [{ action: unknown }, unknown];
    lacks(step, 'replacedBy', 'abandoned');
    lacks(step.action, 'held', 'crashes', 'protectedFrom');
    lacks(wait, 'replacedBy');

    const state = fold([entry as unknown as Entry]);
    expect(state).toMatchObject({ kept: [], heard: [], paused: false });
    expect(state.steps[0]).toMatchObject({ replacedBy: null, abandoned: null });
    const { action } = state.steps[0]!;
    expect(action).toMatchObject({ held: null, crashes: 0, protectedFrom: '2026-11-21T11:00:00.000Z' });
    expect(action).toMatchObject({ failures: 1, notBefore: '2026-11-22T11:00:00.000Z' });
    expect(state.steps[1]!.replacedBy).toBeNull();
  });
});
