/**
 * @generated SignedSource<<1b838a76f9acc90018ad47a1e94b9b07>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import type { ConcreteRequest } from 'relay-runtime';
export type UpdateCompanyInput = {
  companyId: string;
  description?: string | null | undefined;
  name?: string | null | undefined;
  tags?: ReadonlyArray<TagInput> | null | undefined;
};
export type TagInput = {
  key: string;
  value: string;
};
export type relayUpdateCompanyMutation$variables = {
  input: UpdateCompanyInput;
};
export type relayUpdateCompanyMutation$data = {
  readonly updateCompany: {
    readonly __typename: string;
    readonly company?: {
      readonly id: string;
      readonly name: string;
    };
    readonly message?: string;
  };
};
export type relayUpdateCompanyMutation = {
  response: relayUpdateCompanyMutation$data;
  variables: relayUpdateCompanyMutation$variables;
};

const node: ConcreteRequest = (function(){
var v0 = [
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "input"
  }
],
v1 = [
  {
    "alias": null,
    "args": [
      {
        "kind": "Variable",
        "name": "input",
        "variableName": "input"
      }
    ],
    "concreteType": null,
    "kind": "LinkedField",
    "name": "updateCompany",
    "plural": false,
    "selections": [
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "__typename",
        "storageKey": null
      },
      {
        "kind": "InlineFragment",
        "selections": [
          {
            "alias": null,
            "args": null,
            "concreteType": "Company",
            "kind": "LinkedField",
            "name": "company",
            "plural": false,
            "selections": [
              {
                "alias": null,
                "args": null,
                "kind": "ScalarField",
                "name": "id",
                "storageKey": null
              },
              {
                "alias": null,
                "args": null,
                "kind": "ScalarField",
                "name": "name",
                "storageKey": null
              }
            ],
            "storageKey": null
          }
        ],
        "type": "UpdateCompanyPayload",
        "abstractKey": null
      },
      {
        "kind": "InlineFragment",
        "selections": [
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "message",
            "storageKey": null
          }
        ],
        "type": "Error",
        "abstractKey": "__isError"
      }
    ],
    "storageKey": null
  }
];
return {
  "fragment": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Fragment",
    "metadata": null,
    "name": "relayUpdateCompanyMutation",
    "selections": (v1/*:: as any*/),
    "type": "Mutation",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "relayUpdateCompanyMutation",
    "selections": (v1/*:: as any*/)
  },
  "params": {
    "cacheID": "71f6128267f67e4ccf9c618e69966e38",
    "id": null,
    "metadata": {},
    "name": "relayUpdateCompanyMutation",
    "operationKind": "mutation",
    "text": "mutation relayUpdateCompanyMutation(\n  $input: UpdateCompanyInput!\n) {\n  updateCompany(input: $input) {\n    __typename\n    ... on UpdateCompanyPayload {\n      company {\n        id\n        name\n      }\n    }\n    ... on Error {\n      __isError: __typename\n      message\n    }\n  }\n}\n"
  }
};
})();

(node as any).hash = "d4aac2acad9e44525c558f66c1a2f9a4";

export default node;
