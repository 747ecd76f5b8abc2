import { Controller, Delete, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Roles } from '../../platform/http/roles.decorator.js';
import { ErasePersonalData } from '../application/erase-personal-data.js';
import { customerIdSchema } from './place-order.request.dto.js';

const erasedSchema = z
  .object({ erased: z.int().describe('How many orders lost their name and address by this call.') })
  .meta({ examples: [{ erased: 3 }] });

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
      'because the parcel needs it: call again when they have ended. Calling twice erases nothing more.',
  })
  @ApiOkResponse({ standardSchema: erasedSchema })
  async erase(@Param('id', { schema: customerIdSchema }) id: string): Promise<z.infer<typeof erasedSchema>> {
    return { erased: await this.personalData.erase(id) };
  }
}
