"""Hostile text: training logs, predictions, time series archives, configurations, reports."""

from __future__ import annotations

import copy
import io
import json
from random import Random
from typing import Any

import numpy as np

from benchmarks.fuzz import headers
from benchmarks.fuzz.names import NASTY
from benchmarks.fuzz.samples import N, Sample, arrays, samples

CELLS = (
    "",
    "nan",
    "inf",
    "-inf",
    "1e309",
    "-1",
    "0,5",
    "50%",
    "1",
    "0.5",
    "9" * 400,
    "1_000",
    "0x1",
    "True",
    "None",
    "١",
    "a",
    "1e-320",
    '"',
)
COLUMNS = (
    "epoch",
    "loss",
    "val_loss",
    "accuracy",
    "val_accuracy",
    "val_acc (%)",
    "run",
    "step",
    "Epoch",
    "acc",
    "test_acc",
    "x",
    "",
)
VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        0.5,
        1e308,
        10**400,
        2**63,
        -(2**70),
        float("nan"),
        float("inf"),
        "",
        "x",
        "0.5",
        [],
        {},
        [[]],
    ),
    *([None], [1, "a"], {"a": 1}, [1] * 50, ["x"] * 3, {"history": {}}, [0.1, 0.2], "2026-01-01"),
)


def _cell(rng: Random) -> str:
    return rng.choice(CELLS) if rng.random() < 0.2 else f"{rng.random():.3f}"


def log_csv(rng: Random) -> Sample:
    """Return a table of epochs with odd names, cells, separators and line ends."""
    width, rows = rng.choice((1, 2, 4, 5)), rng.choice((0, 1, 3, 12))
    names = [rng.choice(COLUMNS) if rng.random() < 0.9 else rng.choice(NASTY) for _ in range(width)]
    table = [
        names,
        *([_cell(rng) if i else rng.choice((str(r), _cell(rng))) for i in range(width)] for r in range(rows)),
    ]
    separator, end = (
        rng.choice((",", ",", ";", "\t", "|", ", ")),
        rng.choice(("\n", "\n", "\r\n", "\r", "\x85", "\u2028")),
    )
    text = end.join(separator.join(row) for row in table)
    return {"x.csv": text.encode(rng.choice(("utf-8", "utf-8", "utf-16", "latin-1", "utf-8-sig")), "replace")}


def _value(rng: Random, depth: int = 0) -> Any:
    if depth > 2 or rng.random() < 0.6:
        return rng.choice(VALUES)
    if rng.random() < 0.5:
        return [_value(rng, depth + 1) for _ in range(rng.randint(0, 4))]
    return {rng.choice(COLUMNS): _value(rng, depth + 1) for _ in range(rng.randint(0, 4))}


def log_json(rng: Random) -> Sample:
    """Return JSON that is a log or nearly one."""
    n = rng.choice((0, 1, 2, 5))
    curves = {
        rng.choice(COLUMNS): [rng.choice((0.5, 1, i, rng.choice(VALUES))) for i in range(n)]
        for _ in range(rng.randint(1, 4))
    }
    made: Any = rng.choice(
        (
            curves,
            {"history": curves, "epoch": list(range(n))},
            {"log_history": [{key: values[i] for key, values in curves.items()} for i in range(n)]},
            [{key: values[i] for key, values in curves.items()} for i in range(n)],
            [curves, curves],
            {"history": curves, "epoch": rng.choice(VALUES)},
            _value(rng),
            {**curves, rng.choice(COLUMNS): _value(rng)},
        )
    )
    text = json.dumps(made)
    if rng.random() < 0.1:
        text = rng.choice(
            (text + text, text + "\n" + text, "[" * 100_000, '{"a":' * 5000, text[:-1], "1" * 5000, '"\\ud800"')
        )
    return {"x.json": text.encode()}


def predictions(rng: Random) -> Sample:
    """Return labels or scores in any shape, type and file."""
    kind = rng.random()
    shape = rng.choice(((N,), (N,), (N, 1), (N, 2), (N, 3), (N + 1,), (N, 2, 2), (2, N), (0,), ()))
    if kind < 0.3:
        rows = rng.choice((N, N, N, N + 1, 0, 1))
        width = rng.choice((1, 2, 2, 3))
        head = [
            [
                rng.choice((*("sit", "walk", "window", "probability_sit", "labels", "p walk", ""), rng.choice(NASTY)))
                for _ in range(width)
            ]
        ]
        cells = [
            [rng.choice(("sit", "walk", "0", "1")) if width == 1 else _cell(rng) for _ in range(width)]
            for _ in range(rows)
        ]
        text = "\n".join(",".join(row) for row in (head if rng.random() < 0.7 else []) + cells)
        return {f"x.{rng.choice(('csv', 'csv', 'tsv', 'txt'))}": text.encode("utf-8", "replace")}
    array = headers.typed(rng, shape) if rng.random() < 0.5 else headers.rng_numbers(rng, shape)
    stream = io.BytesIO()
    if kind < 0.6:
        np.save(stream, array)
        return {"x.npy": stream.getvalue() if rng.random() < 0.8 else headers.declared(rng)}
    keys = rng.sample(("logits", "labels", "probabilities", "y_pred", "X", "softmax", "Logits"), rng.randint(0, 2))
    np.savez(stream, **dict.fromkeys(keys, array))
    return {"x.npz": stream.getvalue()}


def ts(rng: Random) -> Sample:
    """Return a text file of the archives with odd headers, classes and values."""
    heads = (
        *(
            "@problemName x",
            "@timeStamps false",
            "@timeStamps true",
            "@timestamps",
            "@classLabel true a b",
            "@classLabel",
            "@classLabel ",
            "@classLabel false",
        ),
        *("@univariate true", "@equalLength false", "@ ", "@", "# x", "% y", "@targetlabel true", "@missing true", ""),
    )
    lines = [rng.choice(heads) for _ in range(rng.randint(0, 5))] + (["@data"] if rng.random() < 0.9 else [])
    channels, length = rng.choice((1, 2, 3)), rng.choice((1, 2, 6))
    for _ in range(rng.choice((0, 1, 4, 8))):
        parts = [",".join(_cell(rng) for _ in range(length)) for _ in range(channels)]
        label = rng.choice(("a", "b", "1", rng.choice(NASTY)))
        lines.append(":".join([*parts, label] if rng.random() < 0.8 else parts))
    return {"x.ts": rng.choice(("\n", "\n", "\r\n")).join(lines).encode("utf-8", "replace")}


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {_toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return (
        "nan"
        if value is None
        else json.dumps(value, ensure_ascii=False)
        if isinstance(value, str)
        else str(value).lower()
    )


def config(rng: Random) -> Sample:
    """Return settings of odd types under known and unknown names."""
    names = (
        "select",
        "ignore",
        "fail-on",
        "alpha",
        "permutations",
        "seed",
        "jobs",
        "baseline",
        "memory",
        "engine",
        "scheduler",
        "rules",
    )
    values: tuple[Any, ...] = (
        *VALUES[1:20],
        *(
            "SA1",
            ["SA1"],
            ["SA999"],
            ["sa601"],
            {"SA1": "why"},
            {"SA301": {"error": 1}},
            {"SA301": {"error": "x"}},
            {"SA301": {"error": [1]}},
        ),
        *(
            {"SA301": {"warning": 2, "error": 1}},
            {"nope": {}},
            "0B",
            "1e9GiB",
            "999999999999999TiB",
            "never",
            "dask",
            [""],
            [[]],
            {"": ""},
        ),
    )
    lines = [
        "[tool.splitaudit]"
        if rng.random() < 0.9
        else rng.choice(("[tool]", "[[tool.splitaudit]]", "[tool.splitaudit.rules]", "tool = 1", ""))
    ]
    for name in rng.sample(names, rng.randint(0, 4)):
        key = name if rng.random() < 0.9 else json.dumps(rng.choice(NASTY))
        lines.append(f"{key} = {_toml(rng.choice(values))}")
    if rng.random() < 0.4:
        lines.append(
            rng.choice(
                (
                    "[tool.splitaudit.rules.SA301]",
                    "[[tool.splitaudit.overrides]]",
                    "[tool.splitaudit.overrides]",
                    "[tool.splitaudit.ignore]",
                )
            )
        )
        for name in rng.sample(("paths", "error", "warning", "SA204", *names), 2):
            lines.append(f"{name} = {_toml(rng.choice((*values, ['*'], ['**/['])))}")
    return {"x.toml": "\n".join(lines).encode("utf-8", "replace")}


def report(rng: Random) -> Sample:
    """Return a report of which some entries are of another type, missing or odd."""
    content = copy.deepcopy(json.loads(samples("report")[0]["x.json"]))
    for _ in range(rng.randint(1, 4)):
        node: Any = content
        for _ in range(rng.randint(0, 5)):
            inner = [
                v for v in (node.values() if isinstance(node, dict) else node) if isinstance(v, (dict, list)) and v
            ]
            if not inner:
                break
            node = rng.choice(inner)
        if not node:
            continue
        key = rng.choice(list(node)) if isinstance(node, dict) else rng.randrange(len(node))
        if rng.random() < 0.2:
            del node[key]
        else:
            node[key] = copy.deepcopy(rng.choice((*VALUES, rng.choice(NASTY), rng.choice(NASTY))))
    text = json.dumps(content)
    return {
        "x.json": (
            text if rng.random() < 0.97 else rng.choice(("[" * 10**5, text[:-5], "", "NaN", "1" * 5000))
        ).encode()
    }


def named(rng: Random) -> dict[str, Any]:
    """Return arrays of a side in which names are hostile."""
    held = arrays()
    chosen = rng.choices(NASTY, k=4)
    held["channel_names"] = np.array(chosen[:2])
    held["class_names"] = np.array(chosen[2:])
    held["groups"] = np.array([rng.choice(chosen) for _ in range(N)])
    if rng.random() < 0.5:
        held["y"] = np.array([rng.choice(chosen) for _ in range(N)])
    return held
