"""The OpenAPI schema says what the wire really takes: every bound of `api.wire`, and no field more.

Litestar leaves out of parameters and optional fields what msgspec checks: lengths, patterns, least
and greatest values. These plug-ins ask msgspec itself.
"""

from dataclasses import dataclass, fields
from typing import Annotated, Any, get_args, get_origin

import msgspec
from litestar.openapi.spec import Operation, Parameter, Schema
from litestar.plugins import OpenAPISchemaPlugin
from litestar.types import Empty
from litestar.typing import FieldDefinition
from msgspec import Meta

from api.wire import Body

_NAMES = {each.metadata.get("alias", each.name): each.name for each in fields(Schema)}
_NESTED = {"items", "additionalProperties"}
_LISTS = {"anyOf", "oneOf", "allOf"}


def _has_bounds(annotation: Any) -> bool:
    """Return whether msgspec checks more of a plain type than what it is."""
    if get_origin(annotation) is Annotated:
        if any(isinstance(each, Meta) for each in annotation.__metadata__):
            return not _holds_a_struct(annotation)
        return _has_bounds(annotation.__origin__)
    return not _holds_a_struct(annotation) and any(map(_has_bounds, get_args(annotation)))


def _holds_a_struct(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return True
    return any(map(_holds_a_struct, get_args(annotation)))


def schema_of(json_schema: dict[str, Any]) -> Schema:
    """Return Litestar's form of a JSON schema that refers to no other."""
    given: dict[str, Any] = {}
    for key, value in json_schema.items():
        if key in _NESTED and isinstance(value, dict):
            value = schema_of(value)
        elif key in _LISTS:
            value = [schema_of(each) for each in value]
        given[_NAMES[key]] = value
    return Schema(**given)


class BoundsOfFields(OpenAPISchemaPlugin):
    """Says of a parameter or a field all that msgspec checks of it."""

    def is_plugin_supported_field(self, field_definition: FieldDefinition) -> bool:
        """Return whether there is more to say than Litestar would."""
        return not field_definition.is_union and _has_bounds(field_definition.raw)

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: Any) -> Schema:
        """Return msgspec's own account of the field."""
        return schema_of(msgspec.json.schema(field_definition.raw))


class ClosedBodies(OpenAPISchemaPlugin):
    """Says of a body that nothing may be sent but its fields."""

    def is_plugin_supported_field(self, field_definition: FieldDefinition) -> bool:
        """Return whether it is one of the API's bodies."""
        return not field_definition.is_union and field_definition.is_subclass_of(Body)

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: Any) -> Schema:
        """Return the body's component."""
        hints = field_definition.get_type_hints(include_extras=True, resolve_generics=True)
        found = msgspec.structs.fields(field_definition.type_)
        unsaid = (msgspec.NODEFAULT, msgspec.UNSET)
        schema: Schema = schema_creator.create_component_schema(
            field_definition,
            required=sorted(each.encode_name for each in found if each.required),
            property_fields={
                each.encode_name: FieldDefinition.from_annotation(
                    hints[each.name],
                    name=each.encode_name,
                    default=Empty if each.default in unsaid else each.default,
                )
                for each in found
            },
        )
        schema.additional_properties = False
        return schema


@dataclass
class Repeatable(Operation):
    """A POST: it takes an Idempotency-Key, which a middleware reads before any handler does."""

    def __post_init__(self) -> None:
        """Add the header to the parameters."""
        key = Parameter(
            name="Idempotency-Key",
            param_in="header",
            description="Any text of your own: the same key acts once and answers the same again.",
            required=False,
            schema=schema_of(
                {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[ -~]+$"}
            ),
        )
        self.parameters = [*(self.parameters or []), key]


PLUGINS = [BoundsOfFields(), ClosedBodies()]
"""What the application hands to Litestar as `plugins`."""
