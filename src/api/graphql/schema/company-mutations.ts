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
  name: `1 to ${companyLimits.name} characters of any language after trimming, no control characters.`,
  description: `At most ${companyLimits.description} characters.`,
  tags: `At most ${companyLimits.tags}, each key once.`,
};

const CreateCompanyInput = builder.inputType('CreateCompanyInput', {
  description: 'The company that is to be created.',
  fields: (t) => ({
    name: t.string({ required: true, description: `The name of the business. ${rules.name}` }),
    description: t.string({ description: `What you note about it. ${rules.description}` }),
    tags: t.field({ type: [TagInput], description: `Your own data about it. ${rules.tags}` }),
  }),
});

const CreateCompanyPayload = builder.objectRef<ChangedCompany>('CreateCompanyPayload').implement({
  description: 'The company that was created.',
  fields: (t) => ({
    company: t.expose('company', { type: CompanyType, description: 'The new company.' }),
  }),
});

builder.mutationField('createCompany', (t) =>
  t.field({
    type: resultType('CreateCompany', CreateCompanyPayload, ['InvalidInput']),
    description: 'Creates a company, which has no connection yet.',
    args: {
      input: t.arg({
        type: CreateCompanyInput,
        required: true,
        description: 'The company that is to be created.',
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
  description: 'What is to be changed of a company. What is absent stays as it is.',
  fields: (t) => ({
    companyId: t.id({ required: true, description: 'The UUID of the company.' }),
    name: t.string({ description: `Its new name. ${rules.name} Null is refused.` }),
    description: t.string({
      description: `What you note about it now; null for nothing. ${rules.description}`,
    }),
    tags: t.field({
      type: [TagInput],
      description: `All of its tags from now on; null or an empty list for none. ${rules.tags}`,
    }),
  }),
});

const UpdateCompanyPayload = builder.objectRef<ChangedCompany>('UpdateCompanyPayload').implement({
  description: 'The company that was changed.',
  fields: (t) => ({
    company: t.expose('company', { type: CompanyType, description: 'The company as it is now.' }),
  }),
});

builder.mutationField('updateCompany', (t) =>
  t.field({
    type: resultType('UpdateCompany', UpdateCompanyPayload, ['NotFound', 'InvalidInput']),
    description: 'Changes the name, the description or the tags of a company.',
    args: {
      input: t.arg({
        type: UpdateCompanyInput,
        required: true,
        description: 'What is to be changed.',
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
  description: 'Which company is to be deleted.',
  fields: (t) => ({
    companyId: t.id({ required: true, description: 'The UUID of the company.' }),
  }),
});

interface DeletedCompany {
  readonly deletedCompanyId: CompanyId;
}

const DeleteCompanyPayload = builder.objectRef<DeletedCompany>('DeleteCompanyPayload').implement({
  description: 'The company that was deleted.',
  fields: (t) => ({
    deletedCompanyId: t.exposeID('deletedCompanyId', {
      description: 'The UUID that the company had; it names nothing any more.',
    }),
  }),
});

builder.mutationField('deleteCompany', (t) =>
  t.field({
    type: resultType('DeleteCompany', DeleteCompanyPayload, ['NotFound', 'InvalidInput']),
    description: 'Deletes a company and all of its connections for good.',
    args: {
      input: t.arg({
        type: DeleteCompanyInput,
        required: true,
        description: 'Which company is to be deleted.',
      }),
    },
    resolve: async (_, { input }, context) => {
      const ids = parseIds<{ companyId: CompanyId }>(input);
      if (!ids.ok) return ids.error;
      const result = await context.change((session, cause) =>
        deleteCompany(session, ids.value.companyId, cause),
      );
      return toResult(result, (deletedCompanyId) => ({ deletedCompanyId }));
    },
  }),
);
