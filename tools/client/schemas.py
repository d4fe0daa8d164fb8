"""Converts the schemas of a document into types, models and enumerations."""

from dataclasses import replace
from typing import Any

from specification import Document
from specification.errors import pointer
from tools.client.merging import flatten
from tools.client.naming import MODEL_ATTRIBUTES, class_name, identifier, literal, prose
from tools.client.naming import in_double_quote_literal as quoted
from tools.client.parts import UnsupportedError
from tools.client.types import ALL_TYPES, ANY, NULL, SCALARS, implied_type, union_of
from tools.client.values import Enumeration, Field, Model, Type

Path = tuple[object, ...]


class SchemaReader:
    """Converts schemas into types, and collects the models and enumerations that they need.

    Args:
        document: The document.
        lazy: Whether models are imported on first use.
    """

    def __init__(self, document: Document, *, lazy: bool = False) -> None:
        self._document = document
        self._lazy = lazy
        self.models: dict[str, Model] = {}
        self.enums: dict[str, Enumeration] = {}
        # The models and aliases that are being read: a reference to one of them is a cycle.
        self._open_models: set[str] = set()
        self._open_references: list[str] = []
        self._owners: dict[str, str] = {}

    def read(self, schema: Any, path: Path, name: str) -> Type:
        """Convert a schema into a type.

        Args:
            schema: The schema.
            path: Its place in the document.
            name: The name of its class if it is not a component.

        Raises:
            UnsupportedError: The client cannot express the schema.
        """
        if schema is True or schema is None or schema == {}:
            return ANY
        if schema is False:
            raise UnsupportedError(f"{pointer(path)} allows no value; remove it")
        reference = schema.get("$ref")
        if reference is not None and schema.keys() <= {"$ref", "description", "summary", "title"}:
            return self._component(reference, path)
        flat = flatten(self._document, schema, path)
        if flat.keys() <= {"$ref", "description", "summary", "title"} and "$ref" in flat:
            return self._component(flat["$ref"], path)
        return self._flat(flat, path, name)

    def _component(self, reference: str, path: Path) -> Type:
        """Convert a referenced schema into a type. A component gives its name to the class."""
        place = tuple(
            part.replace("~1", "/").replace("~0", "~") for part in reference[2:].split("/")
        )
        name = class_name(str(place[-1]))
        schema = self._document.at(reference)
        if reference in self._open_references:
            if is_model(flatten(self._document, schema, place)):
                return self._model_type(name)
            raise UnsupportedError(
                f"{pointer(path)} refers to {reference}, which contains itself without an object"
                " between; give it a property that holds the reference"
            )
        self._open_references.append(reference)
        try:
            return self.read(schema, place, name)
        finally:
            self._open_references.pop()

    def _flat(self, schema: dict[str, Any], path: Path, name: str) -> Type:
        """Convert a schema without allOf into a type."""
        variants = schema.get("oneOf") or schema.get("anyOf")
        if variants:
            return self._union(schema, variants, path, name)
        values = schema.get("enum", [schema["const"]] if "const" in schema else None)
        types = schema.get("type")
        if types is None and values is not None:
            return self._values(values, schema, path, name)
        if types is None:
            types = implied_type(schema)
        names = [types] if isinstance(types, str) else list(types)
        for each in names:
            if each not in ALL_TYPES:
                raise UnsupportedError(f"{pointer((*path, 'type'))} is {each}, which is not a type")
        nullable = "null" in names and (values is None or None in values)
        names = [each for each in names if each != "null"]
        if not names:
            return NULL
        if set(names) >= set(ALL_TYPES) - {"null", "integer"}:
            return ANY
        if values is not None:
            found = self._values([each for each in values if each is not None], schema, path, name)
        elif len(names) == 1:
            found = self._one_type(names[0], schema, path, name)
        else:
            if "number" in names:
                names = [each for each in names if each != "integer"]
            found = union_of(
                [self._one_type(each, schema, path, f"{name}{each.capitalize()}") for each in names]
            )
        return found.or_null() if nullable else found

    def _one_type(self, kind: str, schema: dict[str, Any], path: Path, name: str) -> Type:
        """Convert a schema of one JSON type into a type."""
        if kind == "array":
            return self._array(schema, path, name)
        if kind == "object":
            return self._object(schema, path, name)
        return SCALARS.get((kind, schema.get("format", "")), SCALARS[kind, ""])

    def _values(self, values: list[Any], schema: dict[str, Any], path: Path, name: str) -> Type:
        """Convert a list of allowed values into a type."""
        nullable = None in values
        values = [each for each in values if each is not None]
        if not values and nullable:
            return NULL
        if not all(isinstance(each, (str, int, float)) for each in values) or not values:
            raise UnsupportedError(
                f"{pointer(path)} lists values that are not strings, numbers or booleans"
            )
        if all(isinstance(each, str) for each in values):
            choices = ", ".join(literal(each) for each in sorted(set(values)))
            encoder = f"encode_choice({choices})"
            python = f"Literal[{choices}]"
            if "enum" in schema:
                python = self._claim(name, path)
                description = prose(schema.get("description")) or f"The schema {python}."
                self.enums[python] = Enumeration(python, choices, description)
            found = Type(f"{python} | str", python, "STRING", encoder)
        else:
            unique = list(dict.fromkeys((type(each), each) for each in values))
            choices = ", ".join(literal(each) for _, each in unique)
            base = {bool: "boolean", int: "integer", float: "number", str: "string"}
            types = dict.fromkeys(base[kind] for kind, _ in unique)
            found = union_of([SCALARS[each, ""] for each in types])
            found = Type(found.response, found.argument, found.kind, f"encode_value({choices})")
        return found.or_null() if nullable else found

    def _array(self, schema: dict[str, Any], path: Path, name: str) -> Type:
        """Convert the schema of an array into a type."""
        if "prefixItems" in schema:
            return Type("list[Any]", "Sequence[Any]", "ARRAY", "encode_list(encode_any)")
        item = self.read(schema.get("items", True), (*path, "items"), f"{name}Item")
        many = item.model and not item.nullable and not item.kind.startswith("deferred")
        return Type(
            response=f"list[{item.full_response}]",
            argument=f"Sequence[{item.full_argument}]",
            kind=f"many({item.model})"
            if many
            else ("ARRAY" if item.kind == "ANY" else f"list_of({item.full_kind})"),
            encoder=f"encode_list({item.full_encoder})",
            item="" if item.nullable else item.model,
            converted=item.kind != "ANY",
        )

    def _object(self, schema: dict[str, Any], path: Path, name: str) -> Type:
        """Convert the schema of an object into a model, or a map if it has no named properties."""
        if is_model(schema):
            own = self._claim(name, path)
            if own not in self.models and own not in self._open_models:
                self._open_models.add(own)
                fields = self.fields(schema, path, own, MODEL_ATTRIBUTES)
                description = prose(schema.get("description")) or f"The schema {own}."
                self._open_models.remove(own)
                self.models[own] = Model(own, description, fields)
            return self._model_type(own)
        patterns = list(schema.get("patternProperties", {}).values())
        values = schema.get("additionalProperties", patterns[0] if len(patterns) == 1 else True)
        if values is False or len(patterns) > 1:
            values = True
        item = self.read(values, (*path, "additionalProperties"), f"{name}Value")
        plain = item.kind in {"ANY", "nullable(ANY)"}
        return Type(
            response=f"dict[str, {item.full_response}]",
            argument=f"Mapping[str, {item.full_argument}]",
            kind="OBJECT" if plain else f"map_of({item.full_kind})",
            encoder=f"encode_map({item.full_encoder})",
            converted=not plain,
        )

    def fields(
        self, schema: dict[str, Any], path: Path, owner: str, taken: frozenset[str]
    ) -> tuple[Field, ...]:
        """Convert the properties of an object into fields, required ones first."""
        required = set(schema.get("required", ()))
        used: set[str] = set()
        found = []
        for key, declared in schema.get("properties", {}).items():
            place = (*path, "properties", key)
            flat = flatten(self._document, declared, place) if isinstance(declared, dict) else {}
            name = identifier(key, taken, used)
            used.add(name)
            text = declared.get("description") if isinstance(declared, dict) else None
            found.append(
                Field(
                    name=name,
                    key=quoted(key),
                    type=self.read(declared, place, class_name(f"{owner}_{key}")),
                    # A response may omit what only requests contain.
                    required=key in required and not flat.get("writeOnly", False),
                    description=prose(text or flat.get("description")),
                )
            )
        return tuple(sorted(found, key=lambda field: not field.required))

    def _union(self, schema: dict[str, Any], variants: list[Any], path: Path, name: str) -> Type:
        """Convert alternatives into a type. Keywords beside them apply to each."""
        keyword = "oneOf" if "oneOf" in schema else "anyOf"
        beside = {
            key: value
            for key, value in schema.items()
            if key in {"type", "properties", "required", "additionalProperties", "format"}
        }
        found, nullable = [], False
        for index, variant in enumerate(variants):
            place = (*path, keyword, index)
            if beside and isinstance(variant, dict):
                variant = {"allOf": [variant, beside]}
            title = variant.get("title") if isinstance(variant, dict) else None
            each = self.read(variant, place, class_name(f"{name}_{title or f'Option{index + 1}'}"))
            nullable = nullable or each.nullable or each is NULL
            if each is not NULL:
                found.append(replace(each, nullable=False))
        if not found:
            return NULL
        union = union_of(found, self._discriminator(schema, variants, path))
        return union.or_null() if nullable else union

    def _discriminator(
        self, schema: dict[str, Any], variants: list[Any], path: Path
    ) -> tuple[str, dict[str, str]] | None:
        """Return the property that names the alternative, and the kind of each of its values."""
        declared = schema.get("discriminator")
        if declared is None:
            return None
        references = [
            each["$ref"] for each in variants if isinstance(each, dict) and "$ref" in each
        ]
        mapping = {reference.rpartition("/")[2]: reference for reference in references}
        for value, target in declared.get("mapping", {}).items():
            mapping[value] = target if target.startswith("#") else f"#/components/schemas/{target}"
        models = {
            value: self._component(target, path).model
            for value, target in mapping.items()
            if target in references
        }
        kinds = {value: self.deferred(model) for value, model in models.items() if model}
        return (declared["propertyName"], kinds) if kinds else None

    def _model_type(self, name: str) -> Type:
        """Return the type of a value that is a model."""
        deferred = self._lazy or name in self._open_models
        return Type(
            response=name,
            argument=f"{name} | Mapping[str, Any]",
            kind=self.deferred(name) if deferred else f"one({name})",
            encoder=f"encode_model(lambda: {self.at_runtime(name)})",
            model=name,
            converted=True,
        )

    def deferred(self, model: str) -> str:
        """Return the expression of the kind of a model that may be defined later."""
        return f"deferred(lambda: {self.at_runtime(model)})"

    def at_runtime(self, model: str) -> str:
        """Return the expression of a model in a function body."""
        return f"models.{model}" if self._lazy else model

    def _claim(self, name: str, path: Path) -> str:
        """Return a class name for a place of the document that no other place uses."""
        own = name
        number = 2
        while self._owners.setdefault(own, pointer(path)) != pointer(path):
            own = f"{name}{number}"
            number += 1
        return own


def is_model(schema: dict[str, Any]) -> bool:
    """Return whether a flat schema is an object with named properties."""
    types = schema.get("type", "object")
    kinds = [types] if isinstance(types, str) else [each for each in types if each != "null"]
    return (
        bool(schema.get("properties"))
        and kinds == ["object"]
        and not ({"oneOf", "anyOf", "enum"} & schema.keys())
    )
