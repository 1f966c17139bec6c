"""The floors of the house: imports point down only, there is no cycle, and heavy packages load where they are used."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import splitaudit

ROOT = Path(splitaudit.__file__).parent

# From the ground up; a module may import its own floor and those below.
FLOORS = (
    ("stats", "evidence", "errors", "wording", "place", "textfile", "version"),
    ("data", "config", "arguments", "explained", "demonstrated", "partitioned", "report", "trained"),
    ("rule", "models", "readers", "zoo"),
    ("rules", "judge", "verdict"),
    ("render",),
    ("accepted", "results"),
    ("audit",),
    ("engine",),
    ("api", "baselines", "explanation", "integrations", "partition", "splits"),
    (
        "cli",
        "config_command",
        "options",
        "program",
        "rules_command",
        "settling",
        "show_command",
        "split_command",
        "__main__",
    ),
)
FLOOR = {part: height for height, parts in enumerate(FLOORS) for part in parts}
FORBIDDEN = {  # part: parts that it may not import, whatever their floor
    "stats": {*FLOOR} - {"stats"},
    "rules": {"report", "audit", "render", "readers", "judge", "zoo"},
    "render": {"rule", "data", "stats", "models", "readers", "zoo"},
    "zoo": {"rules", "rule", "models", "readers", "render"},
    "readers": {"rule", "models", "zoo", "render", "report"},
    "data": {"report", "config"},
    "models": {"render", "readers", "zoo"},
}
FOREIGN = ("splitaudit.explanation.runner", "splitaudit.readers.decoding")  # where others' code is run
NOWHERE_AT_THE_TOP = {
    *("sklearn", "lightgbm", "pandas", "torch", "joblib", "matplotlib", "jinja2"),
    *("dask", "distributed", "h5py", "zarr", "pyarrow", "fsspec"),
}
AT_THE_TOP = {  # package: parts whose modules may import it when they are loaded
    "scipy": {"stats", "data", "rules", "zoo", "models", "explanation", "partition", "engine"},
    "rich": {"render", "cli"},
    "click": {"cli", "config_command", "options", "program", "rules_command", "show_command", "split_command"},
}


@dataclass(frozen=True)
class Import:
    """One import of one module, and whether it runs when the importing module is loaded."""

    importer: str
    imported: str
    at_the_top: bool


def modules() -> list[tuple[str, Path]]:
    found = []
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        found.append((".".join(parts[:-1] if parts[-1] == "__init__" else parts), path))
    return found


NAMES = frozenset(name for name, _ in modules())


def walk(node: ast.AST, top: bool) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    """Imports below a node; those for type checkers alone do not count."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.Import, ast.ImportFrom)):
            yield child, top
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        else:
            inside = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            yield from walk(child, top and not inside)


@cache
def imports() -> tuple[Import, ...]:
    found = []
    for name, path in modules():
        for node, top in walk(ast.parse(path.read_text(encoding="utf-8")), True):
            if isinstance(node, ast.Import):
                targets = [alias.name for alias in node.names]
            else:
                assert not node.level, f"{name}: relative import"
                base = node.module or ""
                deeper = [f"{base}.{alias.name}" for alias in node.names]
                targets = [each if each in NAMES else base for each in deeper]
            found += [Import(name, target, top) for target in targets]
    return tuple(found)


def part(module: str) -> str:
    """First name below the package; empty for the face itself."""
    return module.partition(".")[2].partition(".")[0]


def ours() -> list[Import]:
    return [each for each in imports() if each.imported.partition(".")[0] == "splitaudit" and part(each.importer)]


def test_every_module_has_its_floor():
    assert {part(name) for name in NAMES} - {""} <= set(FLOOR)


def test_imports_point_down():
    for each in ours():
        importer, imported = part(each.importer), part(each.imported)
        assert imported, each  # the face is for others
        assert FLOOR[imported] <= FLOOR[importer], each
        assert imported not in FORBIDDEN.get(importer, ()), each


def test_of_the_formats_only_sarif_asks_for_rules():
    asking = {each.importer for each in ours() if part(each.importer) == "render" and part(each.imported) == "rules"}
    assert asking == {"splitaudit.render.sarif"}


def test_rules_never_import_one_another():
    for each in ours():
        if part(each.importer) == "rules" and part(each.imported) == "rules":
            family, _, name = each.imported.rpartition(".")
            assert name.startswith("_"), each  # what the rules of a family share
            assert each.importer.startswith(f"{family}."), each


def test_nobody_imports_the_command_line():
    commands = ("config_command", "rules_command", "show_command", "split_command")
    for each in ours():
        top = part(each.imported) in ("cli", "program", "__main__", *commands)
        assert not top or part(each.importer) in ("cli", "__main__", *commands), each


def test_the_face_imports_nothing_of_ours():
    assert not [each for each in imports() if each.importer == "splitaudit" and each.imported.startswith("splitaudit")]


def test_there_is_no_cycle():
    graph: dict[str, set[str]] = {name: set() for name in NAMES}
    for each in ours():
        graph[each.importer].add(each.imported)
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join((*path[path.index(name) :], name))
        if name not in done:
            for target in sorted(graph.get(name, ())):
                visit(target, (*path, name))
            done.add(name)

    for name in sorted(graph):
        visit(name, ())


def test_heavy_packages_load_where_they_are_used():
    for each in imports():
        package = each.imported.partition(".")[0]
        if each.at_the_top:
            assert package not in NOWHERE_AT_THE_TOP, each
            assert package not in AT_THE_TOP or part(each.importer) in AT_THE_TOP[package], each


def test_nothing_private_of_others_is_imported():
    for each in imports():
        if each.imported.partition(".")[0] not in ("splitaudit", "__future__"):
            assert not any(name.startswith("_") for name in each.imported.split(".")), each


def test_init_files_below_the_top_are_empty():
    for name, path in modules():
        if path.name == "__init__.py" and name != "splitaudit":
            assert not path.read_text(encoding="utf-8").strip(), name


def test_the_library_does_not_print():
    for name, path in modules():
        if part(name) not in ("cli", "__main__"):
            calls = [n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)]
            assert not [n for n in calls if isinstance(n.func, ast.Name) and n.func.id == "print"], name


def test_only_what_runs_others_catches_everything():
    for name, path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler):
                caught = ast.unparse(node.type) if node.type is not None else "everything"
                passed_on = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
                broad = caught in ("everything", "Exception", "BaseException") and not passed_on
                runs_others = part(name) in ("audit", "cli") or name in FOREIGN
                assert not broad or runs_others, f"{name}: line {node.lineno}"
