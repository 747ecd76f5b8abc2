import { statement } from '../../database/statement.js';
import type { SandboxMode } from '../sandbox-faults.js';

export interface FaultsRow {
  payments: SandboxMode;
  carrier: SandboxMode;
  latency_ms: number;
  forget_keys_after_seconds: number | null;
}

export const readFaults = statement(
  'sandbox.read-faults',
  `SELECT latency_ms, forget_keys_after_seconds,
          (SELECT mode FROM sandbox.fault_switch WHERE dependency = 'payments') AS payments,
          (SELECT mode FROM sandbox.fault_switch WHERE dependency = 'carrier') AS carrier
     FROM sandbox.setting`,
);
