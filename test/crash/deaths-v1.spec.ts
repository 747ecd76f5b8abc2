import { describeAllDeaths } from '../support/crash/all-deaths.js';

describeAllDeaths(1);
