"""What the site takes from the code: pages of rules, causes and experiments, and the reference (a hook of mkdocs)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import splitaudit
from splitaudit.explanation.catalog import all_experiments
from splitaudit.explanation.cause import CauseSpec
from splitaudit.explanation.cause_catalog import all_causes
from splitaudit.explanation.experiment import ExperimentSpec
from splitaudit.render.pages import page
from splitaudit.rule import Rule
from splitaudit.rules.catalog import all_rules

GUIDES = "Guides"
EXPERIMENTS = """What is tried on the split itself, by a probe that takes a fraction of a second.

A_val is its accuracy on val; A_cv that inside train with units kept apart, A_rand with windows dealt at random; A_valcv
that inside val. What is done with the outcomes: [How an explanation is found](../explanation.md)."""
ROLE = re.compile(r":(?:func|class|meth|attr|mod):\s*<code>~?([\w.]+)</code>")
ANY = 1e-6  # of what cannot be there by chance
CODE = re.compile(r"(?<![\w`[./])SA\d{3}(?![\w`\]])")


def pages() -> dict[str, str]:
    """Return every page that is made from the code, by its path in the documentation."""
    rules, causes, experiments = all_rules(), all_causes(), all_experiments()
    made = {_of_rule(rule): _rule_page(rule) for rule in rules}
    made |= {f"causes/{name}.md": _cause_page(cause) for name, cause in causes.items()}
    made |= {f"experiments/{each.name}.md": _experiment_page(each) for each in experiments}
    made["rules/index.md"] = "".join(_rules_index(rules))
    made["causes/index.md"] = _index(
        "Causes", "What can hold validation back.", {name: cause.title for name, cause in causes.items()}
    )
    made["experiments/index.md"] = _index(
        "Experiments", EXPERIMENTS, {each.name: _title(each.page) for each in experiments}
    )
    made["api.md"] = _reference()
    return made


def _of_rule(rule: Rule) -> str:
    return f"rules/{rule.code.lower()}.md"


def _rule_page(rule: Rule) -> str:
    return _linked(page(rule.to_dict()), "", rule.code)


def _linked(text: str, folder: str, own: str = "") -> str:
    """Turn codes of rules into links, but in headings, code and blocks of code."""
    known = {rule.code: folder + _of_rule(rule).removeprefix("rules/") for rule in all_rules() if rule.code != own}

    def link(found: re.Match[str]) -> str:
        return f"[{found[0]}]({known[found[0]]})" if found[0] in known else found[0]

    lines, inside = [], False
    for line in text.split("\n"):
        inside ^= line.startswith("```")
        lines.append(line if inside or line.startswith(("#", "```")) else CODE.sub(link, line))
    return "\n".join(lines)


def _cause_page(cause: CauseSpec) -> str:
    title, _, rest = cause.page.strip().partition("\n")
    read = "What an outcome is, the page of its experiment says. Its weight is learned; only the sign is given."
    signs = [
        f"| {_outcome(key)} | {word} |" for word, keys in (("more", cause.rises), ("less", cause.falls)) for key in keys
    ]
    table = "\n".join(
        [f"{read}\n", "| the outcome | where it is higher, the cause is … likely |", "| --- | --- |", *signs]
    )
    return f"# {cause.name}\n\n{title}\n\n{_linked(rest.strip(), '../rules/')}\n\n## Recognised by\n\n{table}\n"


def _outcome(key: str) -> str:
    """Name an outcome, with a link to what measures it."""
    source, _, name = key.partition(".")
    if source == "audit":
        return _linked(f"finding of {name}", "../rules/")
    known = {each.name for each in all_experiments()}
    return f"[{source}](../experiments/{source}.md) `{name}`" if source in known else f"`{key}`"


def _experiment_page(each: ExperimentSpec) -> str:
    title, _, rest = each.page.strip().partition("\n")
    return f"# {each.name}\n\n{title}\n\n{_linked(rest.strip(), '../rules/')}\n"


def _title(text: str) -> str:
    return text.strip().splitlines()[0]


def _index(title: str, said: str, entries: dict[str, str]) -> str:
    rows = "\n".join(f"| [{name}]({name}.md) | {text} |" for name, text in entries.items())
    return f"# {title}\n\n{said}\n\n| name | |\n| --- | --- |\n{rows}\n"


def _rules_index(rules: tuple[Rule, ...]) -> Iterator[str]:
    yield "# Rules\n\nSeverity needs both: an effect that matters, and one that chance does not explain "
    yield "([how it is judged](../severity.md)).\n"
    family = ""
    for rule in rules:
        if rule.family != family:
            family = rule.family
            yield f"\n## {family.capitalize()}\n\n| code | what is wrong when it fires | warning / error from |\n"
            yield "| --- | --- | --- |\n"
        link = f"[{rule.code} {rule.name}]({rule.code.lower()}.md)"
        least = " / ".join(_least(value) for value in dict.fromkeys((rule.warn, rule.error)))
        yield f"| {link} | {rule.title} | {least} {rule.effect} |\n"


def _least(threshold: float) -> str:
    return "any" if threshold <= ANY else f"{threshold:g}"


def _reference() -> str:
    """List what the package offers: functions, then what they return, then errors."""
    names = [name for name in splitaudit.__all__ if name not in ("errors", "__version__")]
    errors = [name for name in names if name.endswith("Error")]
    classes = [name for name in names if name[0].isupper() and name not in errors]
    functions = [name for name in names if name[0].islower()]
    blocks = [f"::: splitaudit.{name}\n" for name in (*functions, *classes, *errors)]
    return "# Python\n\n```python\nimport splitaudit as sa\n```\n\n" + "\n".join(blocks)


def on_config(config: Any) -> Any:
    """Complete the navigation: pages from the code, and pages that nobody named."""
    sections = {name: value for entry in config.nav if isinstance(entry, dict) for name, value in entry.items()}
    made = pages()
    rules = {rule.family: [] for rule in all_rules()}
    for rule in all_rules():
        rules[rule.family].append({f"{rule.code} {rule.name}": _of_rule(rule)})
    sections["Rules"] += [{family.capitalize(): entries} for family, entries in rules.items()]
    experiments = sections["Causes"].pop()["Experiments"]
    sections["Causes"] += [uri for uri in made if uri.startswith("causes/") and not uri.endswith("index.md")]
    sections["Causes"].append({"Experiments": experiments})
    experiments += [uri for uri in made if uri.startswith("experiments/") and not uri.endswith("index.md")]
    named = str(config.nav)
    folder = Path(config.docs_dir)
    sections[GUIDES] += [path.name for path in sorted(folder.glob("*.md")) if f"'{path.name}'" not in named]
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add the pages from the code."""
    from mkdocs.structure.files import File

    for uri, text in pages().items():
        files.append(File.generated(config, uri, content=text))
    return files


def on_page_content(html: str, page: Any, config: Any, files: Any) -> str:
    """Turn the roles of docstrings into links where the page holds what they name."""

    def link(found: re.Match[str]) -> str:
        name = found[1].rpartition(".")[2]
        anchor = next((each for each in (f"splitaudit.{name}", found[1]) if f'id="{each}"' in html), None)
        return f'<a href="#{anchor}"><code>{name}</code></a>' if anchor else f"<code>{name}</code>"

    return ROLE.sub(link, html).replace("array - like", "array-like")
