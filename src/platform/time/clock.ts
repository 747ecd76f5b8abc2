import { Injectable } from '@nestjs/common';

/**
 * The time of day, as a port, so that tests decide it. Leases and due times are not decided here but by the
 * database's clock, because processes' clocks differ.
 */
export abstract class Clock {
  abstract now(): Date;
}

@Injectable()
export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}
