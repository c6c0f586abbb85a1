import { companyLimits, type Company } from '../../../domain/company.ts';
import type { CompanyId } from '../../../domain/id.ts';
import { createCompany, deleteCompany, updateCompany } from '../../../operations/companies.ts';
import { builder } from './builder.ts';
import { CompanyType } from './company.ts';
import { TagInput } from './company-queries.ts';
import { parseIds, resultType, toResult } from './refusals.ts';

interface ChangedCompany {
  readonly company: Company;
}

const changed = (company: Company): ChangedCompany => ({ company });

const rules = {
  name: `1 to ${companyLimits.name} characters of any language after trimming. No control characters.`,
  description: `At most ${companyLimits.description} characters.`,
  tags: `At most ${companyLimits.tags} tags. Each key must be unique.`,
};

const CreateCompanyInput = builder.inputType('CreateCompanyInput', {
  description: 'The company to create.',
  fields: (t) => ({
    name: t.string({ required: true, description: `Name of the business. ${rules.name}` }),
    description: t.string({ description: `Your notes about the company. ${rules.description}` }),
    tags: t.field({
      type: [TagInput],
      description: `Your own data about the company. ${rules.tags}`,
    }),
  }),
});

const CreateCompanyPayload = builder.objectRef<ChangedCompany>('CreateCompanyPayload').implement({
  description: 'The created company.',
  fields: (t) => ({
    company: t.expose('company', { type: CompanyType, description: 'The created company.' }),
  }),
});

builder.mutationField('createCompany', (t) =>
  t.field({
    type: resultType('CreateCompany', CreateCompanyPayload, ['InvalidInput']),
    description: 'Creates a company. It has no connections yet.',
    args: {
      input: t.arg({
        type: CreateCompanyInput,
        required: true,
        description: 'The company to create.',
      }),
    },
    resolve: async (_, { input }, context) =>
      toResult(
        await context.change((session, cause) => createCompany(session, input, cause)),
        changed,
      ),
  }),
);

const UpdateCompanyInput = builder.inputType('UpdateCompanyInput', {
  description: 'Changes to a company. Absent fields stay unchanged.',
  fields: (t) => ({
    companyId: t.id({ required: true, description: 'UUID of the company.' }),
    name: t.string({ description: `New name of the business. ${rules.name} Null is refused.` }),
    description: t.string({
      description: `Your new notes about the company. Null clears them. ${rules.description}`,
    }),
    tags: t.field({
      type: [TagInput],
      description: `New tags of the company. They replace all existing tags. Null or an empty list removes all tags. ${rules.tags}`,
    }),
  }),
});

const UpdateCompanyPayload = builder.objectRef<ChangedCompany>('UpdateCompanyPayload').implement({
  description: 'The updated company.',
  fields: (t) => ({
    company: t.expose('company', {
      type: CompanyType,
      description: 'The company after the update.',
    }),
  }),
});

builder.mutationField('updateCompany', (t) =>
  t.field({
    type: resultType('UpdateCompany', UpdateCompanyPayload, ['NotFound', 'InvalidInput']),
    description: 'Updates the name, the description or the tags of a company.',
    args: {
      input: t.arg({
        type: UpdateCompanyInput,
        required: true,
        description: 'The changes to make.',
      }),
    },
    resolve: async (_, { input: { companyId, ...changes } }, context) => {
      const ids = parseIds<{ companyId: CompanyId }>({ companyId });
      if (!ids.ok) return ids.error;
      const result = await context.change((session, cause) =>
        updateCompany(session, ids.value.companyId, changes, cause),
      );
      return toResult(result, changed);
    },
  }),
);

const DeleteCompanyInput = builder.inputType('DeleteCompanyInput', {
  description: 'The company to delete.',
  fields: (t) => ({
    companyId: t.id({ required: true, description: 'UUID of the company.' }),
  }),
});

interface DeletedCompany {
  readonly deletedCompanyId: CompanyId;
}

const DeleteCompanyPayload = builder.objectRef<DeletedCompany>('DeleteCompanyPayload').implement({
  description: 'The deleted company.',
  fields: (t) => ({
    deletedCompanyId: t.exposeID('deletedCompanyId', {
      description: 'UUID of the deleted company. It is no longer valid.',
    }),
  }),
});

builder.mutationField('deleteCompany', (t) =>
  t.field({
    type: resultType('DeleteCompany', DeleteCompanyPayload, [
      'NotFound',
      'InvalidInput',
      'TooManyConnections',
    ]),
    description:
      'Deletes a company and all of its connections permanently. Returns LimitReachedError if the company has more connections than it can have, because the limit was lowered: delete connections first.',
    args: {
      input: t.arg({
        type: DeleteCompanyInput,
        required: true,
        description: 'The company to delete.',
      }),
    },
    resolve: async (_, { input }, context) => {
      const ids = parseIds<{ companyId: CompanyId }>(input);
      if (!ids.ok) return ids.error;
      const result = await context.change((session, cause) =>
        deleteCompany(session, ids.value.companyId, context.maxConnections, cause),
      );
      return toResult(result, (deletedCompanyId) => ({ deletedCompanyId }));
    },
  }),
);
