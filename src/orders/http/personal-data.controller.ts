import { Controller, Delete, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Roles } from '../../platform/http/roles.decorator.js';
import { ErasePersonalData } from '../application/erase-personal-data.js';
import { customerIdSchema } from './place-order.request.dto.js';

const erasedSchema = z
  .object({
    erased: z.int().describe('How many orders lost their name and address by this call.'),
    whenFinished: z.int().describe('How many orders still run, and will lose theirs when they end.'),
  })
  .meta({ examples: [{ erased: 3, whenFinished: 1 }] });

@ApiTags('Customers')
@Controller('v1/customers/:id/personal-data')
export class PersonalDataController {
  constructor(private readonly personalData: ErasePersonalData) {}

  @Delete()
  @Roles('supervisor')
  @ApiOperation({
    summary: "Erase a customer's names and addresses",
    description:
      'From all finished orders: those that are neither `pending` nor `cancelling`. Running orders keep theirs, ' +
      'because the parcel needs it, and lose it by themselves when they end. Calling twice erases nothing more. Orders ' +
      'placed after the call are not concerned. Answers that are kept for an `Idempotency-Key` are not either: they ' +
      'are forgotten when the key is.',
  })
  @ApiOkResponse({ standardSchema: erasedSchema })
  async erase(@Param('id', { schema: customerIdSchema }) id: string): Promise<z.infer<typeof erasedSchema>> {
    return this.personalData.erase(id);
  }
}
