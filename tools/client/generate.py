"""Generate the client from openapi.yaml, or check that the committed client is up to date."""

import argparse
import difflib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import Environment
from openapi_python_client import Project
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError

from specification import DocumentError, load
from tools.client.lint import violations
from tools.client.parts import UnsupportedError
from tools.client.view import ClientView
from tools.folders import files, replace
from tools.vendor.provenance import provenance, write_manifest

ROOT = Path(__file__).parents[2]
SPECIFICATION = ROOT / "openapi.yaml"
CONFIG = ROOT / "generator-config.yml"
TEMPLATES = ROOT / "templates"
RUNTIME = ROOT / "runtime"
PACKAGE = ROOT / "generated" / "dodo_license_keys"


class GenerationError(Exception):
    """The client cannot be generated. The text is one sentence for the user."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 done, 1 stale, 2 generation failed."""
    parser = argparse.ArgumentParser(prog="python -m tools.client.generate", description=__doc__)
    parser.add_argument(
        "--check",
        action="store_true",
        help="compare only, write nothing",
    )
    options = parser.parse_args(arguments)
    try:
        check(SPECIFICATION)
        with tempfile.TemporaryDirectory() as folder:
            fresh = Path(folder) / PACKAGE.name
            generate(SPECIFICATION, fresh)
            if not options.check:
                replace(PACKAGE, fresh)
                return 0
            difference = diff(PACKAGE, fresh)
    except GenerationError as error:
        print(f"generate: {error}", file=sys.stderr)
        return 2
    if difference:
        sys.stdout.write(difference)
        print(f"generate: {PACKAGE.name} is stale: run make generate", file=sys.stderr)
        return 1
    return 0


def check(specification: Path) -> None:
    """Validate and lint a document.

    Raises:
        GenerationError: The document cannot be read, is invalid, or violates a lint rule.
    """
    found = violations(read(specification))
    if found:
        raise GenerationError("\n".join([f"{specification.name} violates rules:", *found]))


def generate(specification: Path, destination: Path) -> None:
    """Generate the client from an OpenAPI document.

    Args:
        specification: The OpenAPI document, YAML or JSON.
        destination: The package folder to create. It must not exist.

    Raises:
        GenerationError: The document cannot be read, the generator reports an error or a
            warning, or the templates do not support a part of the document.
    """
    document = read(specification)
    config = Config.from_sources(
        config_file=ConfigFile.load_from_path(CONFIG),
        meta_type=MetaType.NONE,
        document_source=specification,
        file_encoding="utf-8",
        overwrite=False,
        output_path=destination,
    )
    data = GeneratorData.from_dict(prune(document), config=config)
    if isinstance(data, GeneratorError):
        raise GenerationError(describe([data]))
    project = Project(openapi=data, config=config, custom_template_path=TEMPLATES)
    errors = project._get_errors()
    if errors:
        raise GenerationError(describe(errors))
    try:
        render(project.env, ClientView(data, document), destination)
    except UnsupportedError as error:
        raise GenerationError(f"{specification}: {error}") from error
    format_package(destination)
    version_of_specification = document["info"]["version"]
    add_header(destination, specification, version_of_specification)
    write_manifest(
        destination,
        provenance(
            destination, specification, version_of_specification, CONFIG, TEMPLATES, RUNTIME
        ),
    )


def prune(document: dict[str, Any]) -> dict[str, Any]:
    """Remove the schemas that no path references. The client does not need them."""
    schemas = document.get("components", {}).get("schemas", {})
    rest = {
        name: part for name, part in document.get("components", {}).items() if name != "schemas"
    }
    pending, reached = [*references([document["paths"], rest])], dict[str, Any]()
    while pending:
        name = pending.pop().removeprefix("#/components/schemas/")
        if name in schemas and name not in reached:
            reached[name] = schemas[name]
            pending += references(schemas[name])
    kept = {name: schema for name, schema in schemas.items() if name in reached}
    return {**document, "components": {**rest, "schemas": kept}}


def references(node: object) -> Iterator[str]:
    """Yield the target of every reference in a part of a document."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from references(each)


def render(environment: Environment, view: ClientView, destination: Path) -> None:
    """Write the package: render the templates and copy the runtime.

    Raises:
        UnsupportedError: The templates do not support a part of the document.
    """
    resources = destination / "resources"
    resources.mkdir(parents=True)
    destination.joinpath("py.typed").touch()
    for source in sorted(RUNTIME.glob("*.py")):
        shutil.copyfile(source, destination / source.name)
    for name in ("__init__.py", "_client.py", "_settings.py", "models.py", "types.py"):
        text = environment.get_template(f"{name}.jinja").render(view=view)
        destination.joinpath(name).write_text(text, encoding="utf-8")
    resources.joinpath("__init__.py").write_text('"""The operations, by resource."""\n')
    template = environment.get_template("resource.py.jinja")
    for resource in view.resources:
        text = template.render(view=view, resource=resource)
        resources.joinpath(f"{resource.name}.py").write_text(text, encoding="utf-8")


def read(specification: Path) -> dict[str, Any]:
    """Load an OpenAPI document from a YAML or JSON file.

    Raises:
        GenerationError: The file is missing or is not an OpenAPI 3.1 document.
    """
    try:
        return load(str(specification)).content
    except DocumentError as error:
        raise GenerationError(str(error)) from error


def describe(errors: Sequence[GeneratorError]) -> str:
    """Return one line for each error or warning of the generator."""
    return "\n".join(f"{each.header.strip()} {each.detail or ''}".strip() for each in errors)


def format_package(package: Path) -> None:
    """Sort imports, remove unused ones and format a package, independent of ruff's settings.

    Raises:
        GenerationError: ruff reports an error that it cannot fix.
    """
    style = ["--isolated", "--line-length=100", "--target-version=py310"]
    for command in (["check", "--fix", "--extend-select=I"], ["format"]):
        run = subprocess.run(
            [sys.executable, "-m", "ruff", *command, *style, "--no-cache", "--quiet", package],
            check=False,
            capture_output=True,
            text=True,
        )
        if run.returncode:
            raise GenerationError(f"ruff {command[0]} failed: {run.stdout}{run.stderr}")


def add_header(package: Path, specification: Path, specification_version: str) -> None:
    """Add a header to every module that names the specification and the generator."""
    header = (
        f"# Generated from {specification.name} {specification_version}"
        f" by openapi-python-client {version('openapi-python-client')}.\n"
        "# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.\n"
    )
    for module in package.rglob("*.py"):
        module.write_text(header + module.read_text(encoding="utf-8"), encoding="utf-8")


def diff(old: Path, new: Path) -> str:
    """Return the unified diff of two packages. It is empty if all files have the same bytes."""
    before, after = contents(old), contents(new)
    one_sided = sorted(before.keys() ^ after.keys())
    lines = [f"{'missing' if name in after else 'extra'}: {name}\n" for name in one_sided]
    for name in sorted(before.keys() & after.keys()):
        lines += difflib.unified_diff(
            before[name], after[name], f"committed/{name}", f"fresh/{name}"
        )
    return "".join(lines)


def contents(package: Path) -> dict[str, list[str]]:
    """Return the lines of every file of a package except bytecode, by its relative path."""
    return {
        path.relative_to(package).as_posix(): path.read_bytes().decode().splitlines(keepends=True)
        for path in files(package)
    }


if __name__ == "__main__":
    sys.exit(main())
