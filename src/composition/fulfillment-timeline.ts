import type { TimelineItem } from '../orders/contracts/ports.js';
import type { Entry } from '../saga/index.js';

/** What a step's success, and its undoing, mean to a customer. A step that is not named here is not told. */
const done: Readonly<Record<string, string>> = {
  'validate-order': 'We have checked your order.',
  'review-order': 'A colleague has approved your order.',
  'reserve-inventory': 'Your items are reserved.',
  'charge-payment': 'Your payment has been received.',
  'commit-inventory': 'Your items are packed.',
  'reserve-and-commit-inventory': 'Your items are packed.',
  'arrange-shipping': 'The carrier has accepted your parcel.',
};

/** What is waited for at a step. */
const waiting: Readonly<Record<string, string>> = {
  'review-order': 'A colleague looks at your order.',
};

const undone: Readonly<Record<string, string>> = {
  'reserve-inventory': 'Your items are no longer reserved.',
  'charge-payment': 'Your payment has been refunded.',
  'commit-inventory': 'Your items are back in stock.',
  'reserve-and-commit-inventory': 'Your items are back in stock.',
};

/** What it means to a customer that the other side has yet to decide. */
const accepted: Readonly<Record<string, string>> = {
  'charge-payment': 'Your bank has yet to confirm the payment.',
  'arrange-shipping': 'The carrier has yet to confirm your parcel.',
};

/** The journal of a fulfillment in words for a customer, oldest first: no internals, stable codes. */
export function fulfillmentTimeline(entries: readonly Entry[]): TimelineItem[] {
  return entries.flatMap((entry, index) => {
    const item = isToldAlready(entry, entries.slice(0, index)) ? null : tell(entry);
    return item ? [{ at: new Date(entry.at), ...item }] : [];
  });
}

/** The other side is asked again and again; that it still decides is no news. */
function isToldAlready(entry: Entry, before: readonly Entry[]): boolean {
  if (entry.kind !== 'accepted') return false;
  return before.some((other) => other.kind === 'accepted' && other.unit.name === entry.unit.name);
}

function tell(entry: Entry): Omit<TimelineItem, 'at'> | null {
  switch (entry.kind) {
    case 'succeeded': {
      const { role, name } = entry.unit;
      const text = role === 'action' ? done[name] : role === 'compensation' ? undone[name] : undefined;
      return text ? { kind: role === 'action' ? 'step-done' : 'step-undone', step: name, text } : null;
    }
    case 'waiting': {
      const text = waiting[entry.step];
      return text ? { kind: 'waiting', step: entry.step, text } : null;
    }
    case 'wait-ended': {
      const text = entry.how === 'event' ? done[entry.step] : undefined;
      return text ? { kind: 'step-done', step: entry.step, text } : null;
    }
    case 'accepted': {
      const text = accepted[entry.unit.name];
      return text ? { kind: 'waiting', step: entry.unit.name, text } : null;
    }
    case 'attempt-failed':
    case 'outcome-unknown':
    case 'held':
      if (entry.unit.role === 'closing') return null;
      return {
        kind: 'delayed',
        step: entry.unit.name,
        text: 'This takes longer than usual; we keep trying.',
      };
    case 'parked':
      return { kind: 'delayed', text: 'This needs a colleague; we will see to it.' };
    case 'cancel-requested':
      return { kind: 'cancel-requested', code: entry.code, text: 'We have received the request to cancel.' };
    case 'cancel-lapsed':
      return {
        kind: 'cancel-lapsed',
        text: 'It was too late to cancel: the carrier had your parcel already.',
      };
    case 'turned-back':
      return { kind: 'failed', step: entry.cause.step, code: entry.cause.code, text: entry.cause.message };
    default:
      return null;
  }
}
