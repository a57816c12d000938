"""Says once, as components, what many operations have in common: parameters, headers and failures."""

import json
from collections import Counter
from http import HTTPStatus
from typing import Any, Final

from lib.core.http.headers import NDJSON
from tools.openapi.errors import ALWAYS, FAILURES, failure_responses, has_own_body
from tools.openapi.headers import (
    ANSWER_HEADERS,
    RATE_LIMIT,
    REQUEST_HEADERS,
    header_references,
    kept_header_references,
    parameter_reference,
)

type Operation = dict[str, Any]

CHANGING: Final = ("post", "put", "patch", "delete")
PREFERRING: Final = ("post", "put", "patch")
# The component has the name before the colon.
WITHOUT_BODY: Final = "Changed: the answer to `Prefer: return=minimal`."
# Beside resources with a version: what is created here has a path of its own.
LOCATED: Final = ("/api/v1/contents/{contentId}/comments",)
# The edge may keep the successful answers of these, by the beginning of the path.
KEPT: Final = (("get", "/api/v1/delivery/"), ("get", "/api/v1/graphql"))
# The middleware answers any request with these, whatever the route declares.
ANY: Final = (400, 500, 504)
# These are about the body. No operation answers 405: another method is no operation.
OF_BODIES: Final = (413, 415)
# Names separated by commas: generated clients send `fields=id,title`. The API takes repeated parameters too.
SEPARATED_BY_COMMAS: Final = ("fields", "expand")
# A parameter that as many operations have in the same form becomes a component.
MIN_USES: Final = 2


def _operations(document: dict[str, Any]) -> list[tuple[str, str, Operation]]:
    return [
        (method, path, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]


def _without_null(parameter: dict[str, Any]) -> None:
    """A parameter is sent or left out: null cannot be said in a query or in a header."""
    schema = parameter["schema"]
    options = [option for option in schema.get("anyOf", []) if option.get("type") != "null"]
    if len(options) == 1 and len(options) < len(schema["anyOf"]):
        del schema["anyOf"]
        parameter["schema"] = schema | options[0]


def _without_second_description(parameter: dict[str, Any]) -> None:
    """FastAPI writes the description of a parameter into its schema too."""
    schema = parameter["schema"]
    if "description" in parameter and schema.get("description") == parameter["description"]:
        del schema["description"]


def takes_key(method: str, operation: Operation) -> bool:
    """Tells whether an operation takes an Idempotency-Key: a POST that refuses its reuse, or takes a stream."""
    is_stream = NDJSON in operation.get("requestBody", {}).get("content", {})
    return method == "post" and ("422" in operation["responses"] or is_stream)


def _header_component(method: str, operation: Operation, name: str) -> str | None:
    if name == "If-Match":
        return "IfMatch" if "428" in operation["responses"] else "IfMatchOptional"
    return "IfNoneMatch" if name == "If-None-Match" else None


def _added_headers(method: str, operation: Operation) -> list[str]:
    added = ["IdempotencyKey"] if takes_key(method, operation) else []
    if method in CHANGING and {"sessionCookie": []} in operation["security"]:
        added.append("CsrfToken")
    return [*added, "RequestId"]


def _capitalized(word: str) -> str:
    return word[0].upper() + word[1:]


def _component_name(parameter: dict[str, Any]) -> str:
    return "".join(map(_capitalized, parameter["name"].replace("-", " ").split()))


def share_parameters(document: dict[str, Any]) -> None:
    """Moves parameters to components, and adds the headers of requests that the shell reads itself."""
    uses: Counter[str] = Counter()
    for method, _, operation in _operations(document):
        kept: list[dict[str, Any]] = []
        for parameter in operation.get("parameters", []):
            _without_null(parameter)
            _without_second_description(parameter)
            if parameter["name"] in SEPARATED_BY_COMMAS:
                parameter["explode"] = False
            component = _header_component(method, operation, parameter["name"])
            kept.append(parameter_reference(component) if component else parameter)
        operation["parameters"] = [*kept, *map(parameter_reference, _added_headers(method, operation))]
        uses.update(json.dumps(parameter) for parameter in kept if "$ref" not in parameter)
    _add_preferences(document)
    components: dict[str, dict[str, Any]] = {**REQUEST_HEADERS}
    for text, count in uses.most_common():
        parameter = json.loads(text)
        if count >= MIN_USES:
            components.setdefault(_component_name(parameter), parameter)
    shared = {json.dumps(parameter): name for name, parameter in components.items()}
    for _, _, operation in _operations(document):
        operation["parameters"] = [
            parameter_reference(shared[json.dumps(parameter)]) if json.dumps(parameter) in shared else parameter
            for parameter in operation["parameters"]
        ]
    used = json.dumps(document["paths"])
    document["components"]["parameters"] = {
        name: parameter for name, parameter in components.items() if f'"#/components/parameters/{name}"' in used
    }


def _data_of(answer: dict[str, Any]) -> str | None:
    """The schema of an answer's body."""
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return schema.get("$ref")


def _versioned(document: dict[str, Any]) -> set[str]:
    """The bodies that come with an ETag: those of operations that take a version, or give one for If-None-Match."""
    conditions = [parameter_reference(name) for name in ("IfMatch", "IfMatchOptional", "IfNoneMatch")]
    found: set[str] = set()
    for _, _, operation in _operations(document):
        if any(condition in operation["parameters"] for condition in conditions):
            bodies = [_data_of(operation["responses"].get(status, {})) for status in ("200", "201")]
            found |= {body for body in bodies if body}
    return found


def _add_preferences(document: dict[str, Any]) -> None:
    """Adds the header Prefer to the operations that change a resource with an ETag, and the answer without a body."""
    versioned = _versioned(document)
    for method, _, operation in _operations(document):
        bodies = {status: _data_of(operation["responses"].get(status, {})) for status in ("200", "201")}
        if method in PREFERRING and versioned & set(bodies.values()):
            operation["parameters"].append(parameter_reference("Prefer"))
            if bodies["200"]:
                operation["responses"].setdefault("204", {"description": WITHOUT_BODY})


def _success_headers(method: str, path: str, operation: Operation, status: str, versioned: set[str]) -> list[str]:
    names = [*ALWAYS]
    if operation.get("security"):
        names.append("Server-Timing")
    if "429" in operation["responses"]:
        names += RATE_LIMIT
    # Feeds and other texts have no body that others share, but an answer to compare.
    has_version = _data_of(operation["responses"][status]) in versioned or (
        status == "200" and parameter_reference("IfNoneMatch") in operation["parameters"]
    )
    is_preferring = parameter_reference("Prefer") in operation["parameters"]
    if has_version or status == "304" or (status == "204" and is_preferring):
        names.append("ETag")
    if is_preferring and status in ("201", "204"):
        names.append("Preference-Applied")
    if status in ("303", "308") or (status == "201" and (has_version or path in LOCATED)):
        names.append("Location")
    if takes_key(method, operation):
        names.append("Idempotency-Replayed")
    return names


def share_examples(document: dict[str, Any]) -> None:
    """Moves an example that several answers give for the same schema to the components."""
    uses: Counter[str] = Counter()
    found: list[tuple[str, dict[str, Any]]] = []
    for _, _, operation in _operations(document):
        for answer in operation["responses"].values():
            for media in answer.get("content", {}).values():
                if "$ref" in media["schema"] and "example" in media:
                    name = media["schema"]["$ref"].rsplit("/", 1)[1]
                    uses[name] += 1
                    found.append((name, media))
    components: dict[str, Any] = {}
    for name, media in found:
        if uses[name] > 1:
            example = {"value": media.pop("example")}
            if components.setdefault(name, example) != example:
                raise ValueError(f"the schema {name} has several examples: give its fields their own")
            media["examples"] = {"example": {"$ref": f"#/components/examples/{name}"}}
    document["components"]["examples"] = components


def _phrase(status: str) -> str:
    return HTTPStatus(int(status)).phrase


def _with_failures_of_the_middleware(operation: Operation) -> dict[str, Any]:
    always = [*ANY, *(OF_BODIES if "requestBody" in operation else ())]
    never = ["405", *(() if "requestBody" in operation else map(str, OF_BODIES))]
    known = {str(status): {} for status in always} | operation["responses"]
    return {status: known[status] for status in sorted(known) if status not in never}


def share_answers(document: dict[str, Any]) -> None:
    """Moves the answers to failures to components, and describes the headers of all answers."""
    versioned = _versioned(document)
    for method, path, operation in _operations(document):
        operation["responses"] = _with_failures_of_the_middleware(operation)
        for status, answer in operation["responses"].items():
            if has_own_body(status, answer):
                failure = FAILURES[int(status)]
                answer["headers"] = header_references(*ALWAYS, *failure.headers, *RATE_LIMIT)
            elif int(status) >= 400:
                shared = {"$ref": f"#/components/responses/{FAILURES[int(status)].name}"}
                own = answer.get("description", "")
                # FastAPI describes a status by HTTP's phrase where the route does not.
                is_own = own not in ("", _phrase(status))
                operation["responses"][status] = shared | ({"description": own} if is_own else {})
            else:
                refer = kept_header_references if _is_kept(method, path) else header_references
                headers = refer(*_success_headers(method, path, operation, status, versioned))
                answer["headers"] = headers | answer.get("headers", {})
                if answer.get("description") in ("Successful Response", _phrase(status), ""):
                    answer["description"] = _phrase(status)
    document["components"]["headers"] = ANSWER_HEADERS
    document["components"]["responses"] = failure_responses() | _shared_answers(document)


def _is_kept(method: str, path: str) -> bool:
    return any(method == kept and path.startswith(beginning) for kept, beginning in KEPT)


def _shared_answers(document: dict[str, Any]) -> dict[str, Any]:
    """Replaces answers that several operations have in the same form by references, and returns their components.

    These are successes, and failures with a body of their own.
    """
    places = [
        (operation["responses"], status, json.dumps(answer))
        for _, _, operation in _operations(document)
        for status, answer in operation["responses"].items()
        if "$ref" not in answer
    ]
    uses = Counter(text for _, _, text in places)
    components: dict[str, Any] = {}
    for responses, status, text in sorted(places, key=lambda place: -uses[place[2]]):
        answer = json.loads(text)
        reference = _data_of(answer)
        # Without a schema of its own: by its description, up to a colon.
        phrase = answer["description"].partition(":")[0]
        name = reference.rsplit("/", 1)[1] if reference else "".join(map(_capitalized, phrase.split()))
        if uses[text] > 1 and components.setdefault(name, answer) == answer:
            responses[status] = {"$ref": f"#/components/responses/{name}"}
    return components
