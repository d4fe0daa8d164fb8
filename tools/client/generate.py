"""Generate the client from openapi.yaml, or check that the committed client is up to date."""

import argparse
import difflib
import keyword
import re
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from specification import Document, DocumentError, first_line, load
from tools.client.lint import invalid, violations
from tools.client.parts import UnsupportedError
from tools.client.view import ClientView
from tools.folders import files, replace
from tools.vendor.provenance import provenance, write_manifest

ROOT = Path(__file__).parents[2]
SPECIFICATION = ROOT / "openapi.yaml"
CONFIG = ROOT / "generator-config.yml"
TEMPLATES = ROOT / "templates"
RUNTIME = ROOT / "runtime"
# Modules for what our own document does not need.
OPTIONAL = RUNTIME / "optional"
FOR_LICENSE_KEYS = {"_lookups.py", "_webhook_events.py", "webhooks.py"}
PACKAGE = ROOT / "generated" / "dodo_license_keys"


class GenerationError(Exception):
    """The client cannot be generated. The text is one sentence for the user."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 done, 1 stale, 2 generation failed."""
    options = parse_arguments(arguments)
    specification = options.spec or SPECIFICATION
    destination = PACKAGE if options.dest is None else options.dest / options.name
    try:
        check_name(options.name)
        check(specification, ours=options.spec is None)
        with tempfile.TemporaryDirectory() as folder:
            fresh = Path(folder) / options.name
            generate(specification, fresh)
            if not options.check:
                replace(destination, fresh)
                return 0
            difference = diff(destination, fresh)
    except (GenerationError, OSError) as error:
        print(f"generate: {error}", file=sys.stderr)
        return 2
    if difference:
        sys.stdout.write(difference)
        print(f"generate: {destination.name} is stale: run make generate", file=sys.stderr)
        return 1
    return 0


def parse_arguments(arguments: list[str] | None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.client.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    parser.add_argument("--spec", type=Path, help=f"the OpenAPI document ({SPECIFICATION.name})")
    parser.add_argument("--dest", type=Path, help="the folder that contains the package")
    parser.add_argument(
        "--name", default=PACKAGE.name, help="the name of the package (%(default)s)"
    )
    options = parser.parse_args(arguments)
    if (options.spec is None) != (options.dest is None):
        parser.error("--spec and --dest are used together")
    return options


def check_name(name: str) -> None:
    """Check the name of a package.

    Raises:
        GenerationError: The name is not a snake_case identifier.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        raise GenerationError(f"{name} is not a package name; choose one such as dodo_payments")


def check(specification: Path, *, ours: bool = True) -> None:
    """Validate a document, and lint our own.

    Raises:
        GenerationError: The document cannot be read, is invalid, or violates a lint rule.
    """
    document = read(specification)
    found = violations(document.content) if ours else invalid(document.content)
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise GenerationError(f"{document.name}: {found[0]}{more}")


def generate(specification: Path, destination: Path) -> None:
    """Generate the client from an OpenAPI document.

    Args:
        specification: The OpenAPI document, YAML or JSON.
        destination: The package folder to create. It must not exist. Its name is the name of the
            package.

    Raises:
        GenerationError: The document cannot be read, or the client cannot express a part of it.
    """
    document = read(specification)
    try:
        view = ClientView(document, destination.name)
    except UnsupportedError as error:
        raise GenerationError(f"{document.name}: {error}") from error
    except RecursionError as error:
        raise GenerationError(f"{document.name}: the schemas are nested too deeply") from error
    render(view, destination)
    format_package(destination)
    remove_unused(destination)
    add_header(destination, specification, document.version)
    write_manifest(
        destination,
        provenance(destination, specification, document.version, CONFIG, TEMPLATES, RUNTIME),
    )


def render(view: ClientView, destination: Path) -> None:
    """Write the package: render the templates and copy the runtime."""
    environment = Environment(  # noqa: S701  # the output is Python, escaped by `naming`
        loader=FileSystemLoader(TEMPLATES), trim_blocks=True, lstrip_blocks=True
    )
    destination.mkdir(parents=True)
    destination.joinpath("py.typed").touch()
    for source in sorted([*RUNTIME.glob("*.py"), *OPTIONAL.glob("*.py")]):
        if source.name in FOR_LICENSE_KEYS and not view.has_license_keys:
            continue
        write(destination / source.name, source.read_text(encoding="utf-8"), view)

    def template(name: str, target: str, **values: object) -> None:
        text = environment.get_template(f"{name}.jinja").render(view=view, **values)
        write(destination / target, text, view)

    for name in ("__init__.py", "_client.py", "_settings.py"):
        template(name, name)
    if view.has_types:
        template("types.py", "types.py", argument_types=view.argument_types)
    if view.lazy:
        template("models_init.py", "models/__init__.py")
        template("enums.py", "models/_enums.py")
        for model in view.models:
            names = view.names_in(*(field.response_annotation for field in model.fields))
            others = [name for name in names if name != model.name]
            target = f"models/{view.module_of(model.name)}.py"
            template("model.py", target, model=model, names=others)
    else:
        template("models.py", "models.py")
    write(destination / "resources/__init__.py", '"""The operations, by resource."""\n', view)
    for resource in view.resources:
        texts = [
            text
            for each in resource.operations
            for text in (
                each.result.python,
                each.returns(True),
                *(field.annotation for field in each.arguments),
            )
        ]
        template(
            "resource.py",
            f"resources/{resource.name}.py",
            resource=resource,
            names=view.names_in(*texts),
        )


def write(path: Path, text: str, view: ClientView) -> None:
    """Write a module with the names of the package."""
    path.parent.mkdir(exist_ok=True)
    for name, own in (
        (r"\bDodoError\b", view.error_name),
        ("dodo_license_keys", view.package),
        ("DODO_PAYMENTS_(?=API_KEY|BASE_URL)", f"{view.variables}_"),
    ):
        text = re.sub(name, own, text)
    path.write_text(text, encoding="utf-8")


def remove_unused(package: Path) -> None:
    """Remove the optional modules that no other module imports."""
    removed = True
    while removed:
        texts = {path: path.read_text(encoding="utf-8") for path in package.rglob("*.py")}
        removed = False
        for module in OPTIONAL.glob("*.py"):
            own = package / module.name
            wanted = f".{module.stem} import"
            if own in texts and not any(
                wanted in text for path, text in texts.items() if path != own
            ):
                own.unlink()
                removed = True


def read(specification: Path) -> Document:
    """Load an OpenAPI document from a YAML or JSON file.

    Raises:
        GenerationError: The file is missing or is not an OpenAPI document.
    """
    try:
        return load(str(specification))
    except DocumentError as error:
        raise GenerationError(str(error)) from error


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
            raise GenerationError(
                f"ruff {command[0]} failed: {first_line(run.stdout + run.stderr)}"[:300]
            )


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
