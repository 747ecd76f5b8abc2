import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { decodeCursor, page, type Page } from '../../platform/http/page.js';
import { Roles } from '../../platform/http/roles.decorator.js';
import { AuditCheck } from './audit-check.js';
import { AuditLog } from './audit-log.js';
import {
  auditCursor,
  auditPage,
  auditVerification,
  listAuditQuery,
  toAuditEntry,
  toVerification,
  type AuditEntry,
  type AuditVerification,
  type ListAuditQuery,
} from './audit.dto.js';

@ApiTags('Operators')
@Roles('operator')
@Controller('v1/admin/audit')
export class AuditController {
  constructor(
    private readonly audit: AuditLog,
    private readonly chain: AuditCheck,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Read the audit',
    description: 'Who did what, when, why, and how the saga stood before and after. Newest first.',
  })
  @ApiOkResponse({ description: 'A page of entries.', standardSchema: auditPage })
  async list(@Query({ schema: listAuditQuery }) query: ListAuditQuery): Promise<Page<AuditEntry>> {
    const { limit, cursor, ...filter } = query;
    const after = decodeCursor(auditCursor, cursor);
    const rows = await this.audit.list(filter, after?.id ?? null, limit + 1);
    return page(rows, limit, toAuditEntry, ({ id }) => ({ id }));
  }

  @Get('verify')
  @ApiOperation({
    summary: 'Check that nobody has changed the audit',
    description:
      'Compares every entry with its seal in the hash chain, and names the first that was changed, removed or ' +
      'inserted. Entries are sealed within a minute of their action.',
  })
  @ApiOkResponse({ description: 'What the check has found.', standardSchema: auditVerification })
  async verify(): Promise<AuditVerification> {
    return toVerification(await this.chain.run());
  }
}
