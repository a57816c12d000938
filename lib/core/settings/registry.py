"""The models of settings. Each context registers its own, and all of them are checked together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from lib.core.http.validation import message_of
from lib.core.settings.variables import describe_name, find_variable

type Url = Annotated[str, Field(pattern=r"^https?://[^\s/]+"), AfterValidator(lambda url: url.rstrip("/"))]
type CommaSeparated = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda text: tuple(part.strip() for part in text.split(",") if part.strip())),
]


class ConfigurationError(Exception):
    """Raised where the environment lacks something or holds what cannot work."""

    def __init__(self, *problems: str) -> None:
        """``problems``: one line each, which begins with the name of the variable and never holds its value."""
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Needed:
    """Describes, in a field's annotation, the consequence of a missing setting."""

    without: str
    """The consequence of its absence, as in "nobody can sign in"."""
    in_production: bool = False
    """Whether production refuses to start without it."""
    in_previews: bool = False
    """Whether previews refuse to start without it."""
    beside: str | None = None
    """The variable that makes this one necessary; None: it is always necessary."""


class SettingsModel(BaseModel):
    """The settings of one context: a field for each environment variable of the same name in capitals."""

    model_config = ConfigDict(frozen=True)


_registered: Final[dict[str, type[SettingsModel]]] = {}


def register[M: type[SettingsModel]](model: M) -> M:
    """Adds a model to those that are checked before a function starts; to be used as a decorator."""
    _registered[f"{model.__module__}.{model.__qualname__}"] = model
    return model


def registered_models() -> list[type[SettingsModel]]:
    """Returns the models of the contexts that were imported, in the order of their registration."""
    return list(_registered.values())


def _describe(item: Mapping[str, Any], environment: Mapping[str, str]) -> str:
    message = "is missing" if item["type"] == "missing" else message_of(item["type"], item.get("ctx", {}))
    if not item["loc"]:
        return message
    name = str(item["loc"][0]).upper()
    return f"{describe_name(name, find_variable(environment, name))}: {message}"


def read_model[M: SettingsModel](model: type[M], environment: Mapping[str, str]) -> M:
    """Reads one model. Raises ConfigurationError with a line for each variable that is missing or malformed."""
    values: dict[str, str] = {}
    for name in model.model_fields:
        found = find_variable(environment, name.upper())
        if found is not None:
            values[name] = found.text
    try:
        return model.model_validate(values)
    except ValidationError as error:
        problems = [_describe(item, environment) for item in error.errors(include_input=False)]
        raise ConfigurationError(*problems) from None


def find_malformed(models: Sequence[type[SettingsModel]], environment: Mapping[str, str]) -> list[str]:
    """Returns a line for each variable of these models that is missing or malformed."""
    problems: list[str] = []
    for model in models:
        try:
            read_model(model, environment)
        except ConfigurationError as error:
            problems += error.problems
    return problems
