import { describeRandomSchedules } from '../support/crash/random-schedules.js';

describeRandomSchedules(2);
