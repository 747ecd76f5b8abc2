import { z } from 'zod';
import { message } from '../../../src/platform/messaging/message.js';
import { rejectionEvent } from '../../../src/platform/messaging/rejection.js';

const data = z.object({ key: z.string() });
const call = data.extend({ reference: z.string() });

/** Commands and events of the laboratory saga; each effect is one row, so that doing it twice shows. */
export class Hold extends message('lab.hold.v1', data) {}
export class Held extends message('lab.held.v1', data) {}
export class HoldRefused extends rejectionEvent('lab.hold-refused.v1') {}
export class Unhold extends message('lab.unhold.v1', data) {}
export class Unheld extends message('lab.unheld.v1', data) {}

export class Pay extends message('lab.pay.v1', call) {}
export class Paid extends message('lab.paid.v1', call) {}
export class PayRefused extends rejectionEvent('lab.pay-refused.v1') {}
export class Refund extends message('lab.refund.v1', call) {}
export class Refunded extends message('lab.refunded.v1', call) {}

/** Handled by an ordinary Nest handler. */
export class Note extends message('lab.note.v1', data) {}
export class Noted extends message('lab.noted.v1', data) {}
export class NoteRefused extends rejectionEvent('lab.note-refused.v1') {}
export class Unnote extends message('lab.unnote.v1', data) {}
export class Unnoted extends message('lab.unnoted.v1', data) {}

export class Ship extends message('lab.ship.v1', call) {}
export class Shipped extends message('lab.shipped.v1', call) {}
export class ShipRefused extends rejectionEvent('lab.ship-refused.v1') {}

export class Finish extends message('lab.finish.v1', data) {}
export class Finished extends message('lab.finished.v1', data) {}

/** Heard by event handlers only. Events about one subject are heard in their order. */
export class Announced extends message('lab.announced.v1', data.extend({ subject: z.string() })) {}
