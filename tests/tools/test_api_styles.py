# ruff: noqa: E501  # the documents
"""Clients of small documents in the styles of well-known APIs."""

import subprocess
import sys
from pathlib import Path

import pytest

from specification import load
from tests.tools.calling import Caller, imported
from tests.tools.documents import ROOT
from tools.client import generate

PAYMENTS = """
openapi: 3.0.3
info: {title: Payments with forms, version: '2024-01-01'}
servers: [{url: 'https://api.payments.example'}]
security: [{basicAuth: []}, {bearerAuth: []}]
paths:
  /v1/charges:
    get:
      operationId: GetCharges
      parameters:
        - {name: created, in: query, style: deepObject, explode: true, schema: {$ref: '#/components/schemas/range'}}
        - {name: expand, in: query, style: form, explode: true, schema: {type: array, items: {type: string}}}
      responses: {200: {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/list'}}}}}
    post:
      operationId: PostCharges
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              required: [amount, currency]
              properties:
                amount: {type: integer}
                currency: {type: string}
                metadata: {type: object, additionalProperties: {type: string}}
      responses: {200: {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/charge'}}}}}
components:
  securitySchemes: {basicAuth: {type: http, scheme: basic}, bearerAuth: {type: http, scheme: bearer}}
  schemas:
    range: {type: object, properties: {gte: {type: integer}, lt: {type: integer}}}
    charge:
      type: object
      required: [id, object, amount]
      properties:
        id: {type: string}
        object: {type: string, enum: [charge]}
        amount: {type: integer}
        customer: {nullable: true, anyOf: [{type: string}, {$ref: '#/components/schemas/customer'}]}
    customer: {type: object, required: [id], properties: {id: {type: string}, object: {type: string, enum: [customer]}}}
    list: {type: object, required: [data, has_more], properties: {data: {type: array, items: {$ref: '#/components/schemas/charge'}}, has_more: {type: boolean}}}
"""
REPOSITORIES = """
openapi: 3.1.0
info: {title: Repositories, version: 1.1.4}
servers: [{url: '{protocol}://{host}/api/v3', variables: {protocol: {default: https}, host: {default: code.example}}}]
paths:
  /repos/{owner}/{repo}/issues/{issue_number}/labels:
    parameters:
      - {name: owner, in: path, required: true, schema: {type: string}}
      - {name: repo, in: path, required: true, schema: {type: string}}
      - {name: issue_number, in: path, required: true, schema: {type: integer}}
    put:
      operationId: issues/set-labels
      requestBody:
        content:
          application/json:
            schema: {oneOf: [{type: object, properties: {labels: {type: array, items: {type: string}}}}, {type: array, items: {type: string}}]}
      responses: {'200': {description: '', content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/label'}}}}}}
    delete: {operationId: issues/remove-all-labels, responses: {'204': {description: ''}}}
components:
  schemas:
    label: {type: object, required: [id, name], properties: {id: {type: integer}, name: {type: string}, default: {type: boolean}, '+1': {type: integer}, '-1': {type: integer}, description: {type: [string, 'null']}}}
"""
CLOUD = """
openapi: 3.1.0
info: {title: Cloud resources, version: v1}
security: [{key: []}]
paths:
  /v1/projects/{projectId}/instances/{instanceId}:cancel:
    post:
      operationId: cloud.projects.instances.cancel
      parameters:
        - {name: projectId, in: path, required: true, schema: {type: string}}
        - {name: instanceId, in: path, required: true, schema: {type: string, format: uuid}}
        - {name: $alt, in: query, schema: {type: string, enum: [json, proto]}}
        - {name: X-Request-Reason, in: header, schema: {type: string}}
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/CancelRequest'}}}}
      responses: {default: {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Operation'}}}}}
components:
  securitySchemes: {key: {type: apiKey, in: query, name: key}}
  schemas:
    CancelRequest: {type: object, properties: {validateOnly: {type: boolean}, requestId: {type: string, format: uuid}}}
    Operation:
      type: object
      properties:
        name: {type: string}
        done: {type: boolean}
        createTime: {type: string, format: date-time}
        metadata: {type: object, additionalProperties: true}
        error: {$ref: '#/components/schemas/Status'}
    Status: {type: object, properties: {code: {type: integer, format: int32}, details: {type: array, items: {type: object, additionalProperties: true}}, causes: {type: array, items: {$ref: '#/components/schemas/Status'}}}}
"""
RESOURCES = """
openapi: 3.1.0
info: {title: Linked resources, version: 1.0.0}
servers: [{url: 'https://{region}.linked.example', variables: {region: {default: eu, enum: [eu, us]}}}]
paths:
  /articles:
    get:
      parameters:
        - {name: 'filter[author]', in: query, schema: {type: string}}
        - {name: include, in: query, explode: false, schema: {type: array, items: {type: string}}}
        - {name: 'page[size]', in: query, schema: {type: integer}}
      responses: {'200': {description: '', content: {application/vnd.api+json: {schema: {$ref: '#/components/schemas/Articles'}}}}}
    post:
      requestBody: {required: true, content: {application/vnd.api+json: {schema: {type: object, required: [data], properties: {data: {$ref: '#/components/schemas/Article'}}}}}}
      responses: {'201': {description: '', content: {application/vnd.api+json: {schema: {$ref: '#/components/schemas/Article'}}}}}
components:
  schemas:
    Article: {type: object, required: [type, id], properties: {type: {const: articles}, id: {type: string}, attributes: {type: object, properties: {title: {type: string}, published-on: {type: string, format: date}}}}}
    Person: {type: object, required: [type, id], properties: {type: {const: people}, id: {type: string}}}
    Articles:
      type: object
      required: [data]
      properties:
        data: {type: array, items: {$ref: '#/components/schemas/Article'}}
        included: {type: array, items: {oneOf: [{$ref: '#/components/schemas/Article'}, {$ref: '#/components/schemas/Person'}], discriminator: {propertyName: type, mapping: {articles: '#/components/schemas/Article', people: '#/components/schemas/Person'}}}}
        links: {type: object, additionalProperties: {type: [string, 'null']}}
"""
STYLES = {
    "payments": (PAYMENTS, 2),
    "repositories": (REPOSITORIES, 2),
    "cloud": (CLOUD, 1),
    "resources": (RESOURCES, 2),
}


def make(name: str, folder: Path) -> None:
    path = folder / f"{name}.yaml"
    path.write_text(STYLES[name][0], encoding="utf-8")
    assert generate.main([f"--spec={path}", f"--dest={folder}", f"--name={name}_api"]) == 0


@pytest.mark.parametrize("name", STYLES)
def test_a_client_of_another_style_calls_every_operation(name: str, tmp_path: Path) -> None:
    make(name, tmp_path)
    with imported(tmp_path, f"{name}_api") as package:
        caller = Caller(load(str(tmp_path / f"{name}.yaml")), package)
        assert caller.call_all() == STYLES[name][1]


@pytest.mark.slow
def test_clients_of_other_styles_pass_mypy_strict(tmp_path: Path) -> None:
    for name in STYLES:
        make(name, tmp_path)
    packages = [part for name in STYLES for part in ("-p", f"{name}_api")]
    command = [sys.executable, "-m", "mypy", "--strict", f"--cache-dir={ROOT / '.mypy_cache'}"]
    run = subprocess.run(
        [*command, *packages], check=False, cwd=tmp_path, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout
