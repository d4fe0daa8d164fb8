"""The view of an OpenAPI document that the templates render."""

import re
from dataclasses import replace
from typing import Any

from specification import Document
from specification.errors import pointer
from tools.client.methods import method_name
from tools.client.naming import (
    class_name,
    identifier,
    in_double_quote_literal,
    pascal_case,
    prose,
    snake_case,
)
from tools.client.parts import Operation, Resource, UnsupportedError
from tools.client.requests import read_request
from tools.client.responses import read_result
from tools.client.schemas import SchemaReader
from tools.client.security import Credential, read_credentials, requirements
from tools.client.servers import environments, own_servers
from tools.client.values import Field

METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
PAGE_PARAMETER = "page_number"
# More models than this are modules of their own, imported on first use.
MAX_MODELS_IN_ONE_MODULE = 50
RESERVED_RESOURCES = frozenset(
    {"base_url", "with_options", "close", "copy", "get", "post", "put", "patch", "delete"}
    | {"bearer_token", "timeout", "max_retries", "is_closed", "default_headers", "default_query"}
)


class ClientView:
    """The resources, models and enumerations of the client.

    Args:
        document: The document.
        package: The name of the package.

    Raises:
        UnsupportedError: The client cannot express a part of the document.
    """

    def __init__(self, document: Document, package: str) -> None:
        self.document = document
        self.package = package
        self.lazy = False
        self._read()
        if len(self.models) + len(self.enums) > MAX_MODELS_IN_ONE_MODULE:
            self.lazy = True
            self._read()

    def _read(self) -> None:
        self._schemas = SchemaReader(self.document, lazy=self.lazy)
        self._credentials = read_credentials(self.document)
        grouped: dict[str, list[Operation]] = {}
        for name, path, method, item in self._entries():
            operations = grouped.setdefault(name, [])
            taken = {each.method_name for each in operations}
            operations.append(self._operation(path, method, item, taken))
        self.resources = tuple(
            Resource(
                name,
                self._resource_class(name),
                f"/{name}",
                self._describe_resource(name),
                tuple(operations),
            )
            for name, operations in grouped.items()
        )
        self.models = tuple(self._schemas.models.values())
        self.enums = tuple(enum for _, enum in sorted(self._schemas.enums.items()))
        self._modules = self._name_modules()

    def _entries(self) -> list[tuple[str, str, str, dict[str, Any]]]:
        """Return resource, path, method and path item of each operation, sorted by resource."""
        found: list[tuple[str, str, str, dict[str, Any]]] = []
        for path, raw in self.document.content["paths"].items():
            if not path.startswith("/"):
                raise UnsupportedError(f"{pointer(('paths', path))} does not start with a slash")
            item = self.document.resolve(raw)
            stem = path.split("/")[1]
            name = "root" if stem.startswith("{") or not stem else stem
            resource = identifier(name, RESERVED_RESOURCES)
            found += [
                (resource, path, method, item)
                for method in METHODS
                # An OPTIONS without an operationId is a CORS preflight, which browsers send.
                if method in item and (method != "options" or "operationId" in item[method])
            ]
        return sorted(found, key=lambda entry: entry[0])

    @property
    def client_name(self) -> str:
        """The name of the client class: that of the package in Pascal case."""
        return pascal_case(self.package)

    @property
    def is_dodo(self) -> bool:
        """Whether the API is that of Dodo Payments, whose own SDKs define further names."""
        return self.package.split("_")[0] == "dodo"

    @property
    def has_license_keys(self) -> bool:
        """Whether the lookups of license keys and the events about them can be offered."""
        resources = {resource.name for resource in self.resources}
        return "license_keys" in resources and "LicenseKeyResponse" in self.type_names

    @property
    def has_events(self) -> bool:
        """Whether the client has the attribute `webhooks`, which verifies and reads events."""
        return self.has_license_keys and "webhooks" not in {each.name for each in self.resources}

    @property
    def aliases(self) -> list[str]:
        """Further names of the client."""
        names = ["DodoPayments", "DodoLicenseKeys", "Client"] if self.is_dodo else ["Client"]
        return [name for name in names if name != self.client_name]

    @property
    def client_names(self) -> list[str]:
        """The exported names of the client."""
        names = [self.client_name, *self.aliases]
        return sorted([*names, *(f"Async{name}" for name in names)])

    @property
    def submodules(self) -> list[str]:
        """The exported modules."""
        return ["pagination", *(["types"] if self.has_types else [])]

    @property
    def has_types(self) -> bool:
        """Whether the arguments are offered as TypedDicts, as the official SDK does."""
        return self.has_license_keys

    @property
    def error_name(self) -> str:
        """The name of the base class of the errors: the first word of the package and `Error`."""
        return f"{pascal_case(self.package.split('_')[0])}Error"

    @property
    def variables(self) -> str:
        """The prefix of the environment variables. Dodo Payments' own SDKs define theirs."""
        first = self.package.split("_")[0]
        return "DODO_PAYMENTS" if first == "dodo" else self.package.upper()

    @property
    def title(self) -> str:
        """The title of the document, safe for a docstring."""
        return prose(self.document.content["info"].get("title")) or self.package

    @property
    def version(self) -> str:
        """The version of the document, escaped for a double-quoted literal."""
        return in_double_quote_literal(self.document.version)

    @property
    def servers(self) -> dict[str, str]:
        """The base URL of each environment, by its name, such as `test_mode`."""
        return environments(self.document.content.get("servers", []))

    @property
    def default_environment(self) -> str:
        """The name of the environment to use by default."""
        names = list(self.servers)
        return "live_mode" if "live_mode" in names or not names else names[0]

    @property
    def credentials(self) -> list[Credential]:
        """The credentials of the client other than the bearer token."""
        used = {
            name
            for resource in self.resources
            for operation in resource.operations
            for alternative in operation.security
            for name in alternative
        }
        return [each for each in self._credentials.values() if each and each.name in used]

    @property
    def type_names(self) -> list[str]:
        """The names of the models and enumerations."""
        return sorted([*(model.name for model in self.models), *(enum.name for enum in self.enums)])

    def module_of(self, name: str) -> str:
        """Return the module of a model or an enumeration in a package with many of them."""
        return self._modules[name]

    def _name_modules(self) -> dict[str, str]:
        modules = {enum.name: "_enums" for enum in self.enums}
        for model in self.models:
            module = f"_{snake_case(model.name)}"
            while module in modules.values():
                module += "_"
            modules[model.name] = module
        return modules

    def names_in(self, *texts: str) -> list[str]:
        """Return the models and enumerations that annotations name."""
        words = set(re.findall(r"\w+", " ".join(texts)))
        return [name for name in self.type_names if name in words]

    @property
    def argument_types(self) -> list[str]:
        """The models and enumerations that the arguments of the methods name."""
        return self.names_in(
            *(
                field.annotation
                for resource in self.resources
                for operation in resource.operations
                for field in operation.arguments
            )
        )

    def _resource_class(self, name: str) -> str:
        own = pascal_case(name)
        taken = {"Any", "None", "True", "False", "Page", "Options", "Operation", "Query", "Body"}
        taken |= {*self._schemas.models, *self._schemas.enums}
        return f"{own}Resource" if own in taken or f"Async{own}" in taken else own

    def _describe_resource(self, name: str) -> str:
        tags = {
            snake_case(tag["name"]): tag.get("description", "")
            for tag in self.document.content.get("tags", [])
        }
        return prose(tags.get(name) or f"The operations under /{name}.")

    def _operation(
        self, path: str, method: str, item: dict[str, Any], taken: set[str]
    ) -> Operation:
        raw = item[method]
        place = ("paths", path, method)
        id_ = raw.get("operationId") or f"{method.upper()} {path}"
        name = class_name(raw.get("operationId") or f"{method}_{path}")
        request = read_request(
            self.document, self._schemas, (item, ("paths", path)), (raw, place), name, path
        )
        result, statuses = read_result(self.document, self._schemas, raw, place, name)
        if self._item(result.model, request.query):
            result = replace(result, item=self._item(result.model, request.query))
        authenticated, security = requirements(self.document, self._credentials, raw, place)
        return Operation(
            id=in_double_quote_literal(id_),
            method=method.upper(),
            path=in_double_quote_literal(path),
            template=path,
            method_name=method_name(method, path, raw.get("operationId", ""), taken, place),
            summary=prose(raw.get("summary")) or prose(id_).replace("_", " ").capitalize(),
            description=prose(raw.get("description")),
            request=request,
            result=result,
            authenticated=authenticated,
            security=security,
            # A POST that returns 201 creates a new resource each time.
            idempotent=not (method == "post" and "201" in statuses),
            deprecated=bool(raw.get("deprecated")),
            servers=own_servers(self.document, raw, item, place),
        )

    def _item(self, model: str, query: tuple[Field, ...]) -> str:
        """Return the model of the items of a list operation, or an empty string.

        The items must have an id, because a page that repeats an item is recognised by it.
        """
        pages = [field for field in query if field.key == PAGE_PARAMETER]
        if not model or not pages or pages[0].type.argument != "int":
            return ""
        fields = {field.key: field for field in self._schemas.models[model].fields}
        items = fields.get("items")
        if items is None or not items.required or items.type.nullable or not items.type.item:
            return ""
        ids = [
            field
            for field in self._schemas.models[items.type.item].fields
            if field.key == "id" and field.required and field.type.full_response == "str"
        ]
        return items.type.item if ids else ""
