"""Explanations built by hand for the tests of the renderers: the case with the famous ceiling."""

from __future__ import annotations

import math
from typing import Any

from splitaudit.explained import (
    Cause,
    Ceiling,
    ErrorSlice,
    Experiment,
    Explanation,
    Ladder,
    LadderRow,
    LearningCurve,
    Outcome,
    Proof,
)
from splitaudit.place import Place

POINTS = "difference of accuracy"
CEILING = Ceiling(
    value=0.761,
    low=0.713,
    high=0.804,
    observed=0.76,
    chance=0.52,
    learners={"bilstm": 0.765, "lstm": 0.755, "cnn-lstm": 0.76, "boosted trees": 0.77, "random convolutions": 0.755},
    agreement=0.86,
    text="Five learners of different build stop between 75.5 and 77.0 % and err on the same windows",
)
RULED_OUT = {  # name: experiment, likelihood ratio, text
    "label_noise": ("val-cv", 1 / 90, "inside val alone 98.5 % are reached"),
    "uninformative_window": ("train-cv", 1 / 75, "train-cv reaches 98.9 %"),
    "insufficient_data": ("learning-curve", 1 / 60, "flat from 160 windows on (98.7 % against 98.9 %)"),
    "unseen_group": ("error-slices", 1 / 22, "errors are spread over all 5 groups (19 to 27 %)"),
    "concept_shift": ("align", 1 / 30, "98.0 % with train's labels once gyro_z is rescaled"),
    "label_shift": ("reweight", 1 / 55, "priors agree within 0.5 points; reweighting gives +0.2 points"),
    "unshuffled_split": ("reshuffle", 1 / 12, "blocked folds inside train reach 98.9 %"),
    "leakage_duplicates": ("drop-leaked", 1 / 200, "0 of 200 val windows are copies"),
    "leakage_near_duplicates": ("drop-leaked", 1 / 140, "0 of 200 val windows have a near copy in train"),
    "leakage_overlap": ("drop-leaked", 1 / 160, "no val window shares samples with train"),
    "leakage_group": ("drop-leaked", 1 / 130, "no group is on both sides"),
    "shortcut_in_train": ("single-channel", 1 / 18, "no channel alone reaches more than 81.2 % inside train"),
    "target_leak": ("single-channel", 1 / 400, "no channel alone reaches more than 81.2 %"),
    "majority_ceiling": ("history", 1 / 300, "balanced accuracy is 76.0 %, the majority share 52.0 %"),
    "healthy": ("train-cv", 1 / 500, "train-cv is 22.8 points above val"),
}  # fmt: skip
NAMED = Cause(
    name="normalization_mismatch",
    title="A channel of val is scaled otherwise than in train",
    probability=0.968,
    status="named",
    where=Place(channels=("gyro_z",), val_windows=tuple(range(200)), n_val_windows=200),
    evidence=(
        Proof(
            experiment="align",
            outcome="gain",
            likelihood_ratio=41.0,
            text="multiplying gyro_z of val by 57.3 lifts val from 76.1 to 98.0 % (+21.9 points, 17.5 to 26.3)",
        ),
        Proof(
            experiment="drop-channel",
            outcome="gain",
            likelihood_ratio=6.2,
            text="without gyro_z the reference reaches 88.5 % on val",
        ),
        Proof(
            experiment="train-cv",
            outcome="gap",
            likelihood_ratio=3.1,
            text="inside train 98.9 % are reached, on val 76.1 %",
        ),
        Proof(
            experiment="reshuffle",
            outcome="gain",
            likelihood_ratio=0.7,
            text="drawn again, the split still leaves 4.1 points",
        ),
    ),
    remedy="Multiply gyro_z of val by 57.3 (degrees to radians), then scale both sides with the statistics of train.",
    effect=0.219,
)
POSSIBLE = (
    Cause(
        name="covariate_shift",
        title="Val comes from another distribution than train",
        probability=0.021,
        status="possible",
        where=Place(channels=("gyro_z",)),
        evidence=(
            Proof(experiment="train-cv", outcome="gap", likelihood_ratio=3.0, text="train-cv is 22.8 points above val"),
            Proof(experiment="align", outcome="gain", likelihood_ratio=0.05, text="an affine correction repairs it"),
        ),
        remedy="Collect train data under the conditions of val.",
    ),
    Cause(
        name="channel_mismatch",
        title="Channels are swapped or flipped in val",
        probability=0.006,
        status="possible",
        remedy="Put the channels of val in the order of train.",
    ),
    Cause(
        name="model_fault",
        title="The model is not trained well",
        probability=0.004,
        status="possible",
        evidence=(
            Proof(
                experiment="history", outcome="gap", likelihood_ratio=0.4, text="the reference stops at 76.5 % as well"
            ),
        ),
        remedy="Train longer.",
    ),
)
EXPERIMENTS = (
    Experiment(
        name="reference",
        status="done",
        seconds=61.2,
        outcomes={
            "val": Outcome(value=0.765, low=0.717, high=0.808, unit="accuracy", text="BiLSTM on val"),
            "train": Outcome(value=0.994, unit="accuracy", text="on train"),
        },
        summary="The BiLSTM stops at 76.5 % on val, at 99.4 % on train",
    ),
    Experiment(
        name="train-cv",
        status="done",
        seconds=2.4,
        outcomes={
            "accuracy": Outcome(value=0.989, low=0.975, high=0.997, unit="accuracy", text="inside train by groups"),
            "gap": Outcome(value=0.228, low=0.18, high=0.275, unit=POINTS, text="above val"),
        },
        summary="Train alone can be learned",
    ),
    Experiment(
        name="val-cv",
        status="done",
        seconds=1.1,
        outcomes={"accuracy": Outcome(value=0.985, low=0.957, high=0.997, unit="accuracy", text="inside val")},
    ),
    Experiment(
        name="align",
        status="done",
        seconds=4.9,
        outcomes={
            "gain": Outcome(value=0.219, low=0.175, high=0.263, unit=POINTS, text="with gyro_z rescaled"),
            "factor": Outcome(value=57.3, low=47.1, high=68.9, unit="times", text="scale of gyro_z"),
        },
        summary="One affine correction brings accuracy back",
    ),
    Experiment(
        name="learning-curve",
        status="done",
        seconds=9.7,
        outcomes={"slope": Outcome(value=-0.002, low=-0.01, high=0.01, unit=POINTS, text="twice")},
    ),
    Experiment(name="permuted-labels", status="crashed", seconds=0.2, reason="ValueError: too few windows"),
    Experiment(name="drop-leaked", status="not applicable", reason="no window stands on both sides"),
    Experiment(name="truncate", status="not run", reason="the budget of 5 min was spent"),
)  # fmt: skip


def learning_curve(name: str = "bilstm", source: str = "reference", n: int = 30, **changes: Any) -> LearningCurve:
    """A run that learns train and stops at the ceiling on val."""
    epochs = range(1, n + 1)
    fields: dict[str, Any] = {
        "name": name,
        "source": source,
        "epochs": tuple(epochs),
        "train_accuracy": tuple(0.994 - 0.47 * math.exp(-e / 6) for e in epochs),
        "val_accuracy": tuple(0.765 - 0.24 * math.exp(-e / 3) + 0.008 * math.sin(2.1 * e) for e in epochs),
        "train_loss": tuple(0.69 * math.exp(-e / 7) for e in epochs),
        "val_loss": tuple(0.5 + 0.19 * math.exp(-e / 3) + 0.012 * e for e in epochs),
        "plateau_epoch": 9 if n > 9 else None,
        "divergence_epoch": 4 if n > 4 else None,
    }
    return LearningCurve(**{**fields, **changes})


SLICES = (
    ErrorSlice(kind="class", name="stairs", n_windows=96, error_rate=0.46, expected=0.239, p_value=2e-6, accuracy=0.55),
    ErrorSlice(kind="group", name="s13", n_windows=40, error_rate=0.27, expected=0.239, p_value=0.41),
)
REGIME = ErrorSlice(
    kind="regime",
    name="highest 10% log roughness of gyro_z",
    n_windows=60,
    error_rate=0.8,
    expected=0.18,
    p_value=0.002,
    accuracy=0.2,
)


def ladder_row(step: str, configuration: str, value: float, train: float = 0.99, seconds: float = 40.0) -> LadderRow:
    return LadderRow(
        step=step,
        configuration=configuration,
        val_accuracy=value,
        low=value - 0.045,
        high=value + 0.041,
        train_accuracy=train,
        epochs=30,
        seconds=seconds,
    )


LADDER = Ladder(
    rows=(
        ladder_row("capacity", "16 units", 0.755, 0.962, 21.0),
        ladder_row("capacity", "256 units", 0.765, 1.0, 128.0),
        ladder_row("depth", "3 layers", 0.76),
        ladder_row("regularisation", "dropout 0.5", 0.77, 0.981),
        ladder_row("regularisation", "L2 1e-3", 0.765, 0.974),
        ladder_row("optimiser", "SGD with momentum 0.9", 0.755, 0.987),
        ladder_row("architecture", "attention", 0.765),
        ladder_row("front end", "spectrogram", 0.745, 0.978),
    ),
    spread=0.0077,
    by_sampling=0.0151,
    agreement=0.84,
    text="Eight configurations differ by no more than drawing 200 val windows would make them differ",
    not_run=("window length 100: the windows have 50 steps",),
)


def ruled_out(name: str, probability: float = 0.0001) -> Cause:
    experiment, ratio, text = RULED_OUT[name]
    title = name.replace("_", " ")
    proof = Proof(experiment=experiment, outcome="accuracy", likelihood_ratio=ratio, text=text)
    return Cause(
        name=name, title=title, probability=probability, status="ruled out", evidence=(proof,), remedy="Nothing."
    )


def explanation(**changes: Any) -> Explanation:
    """The explanation of a ceiling of 76 % by a unit change, with everything that can be shown."""
    fields: dict[str, Any] = {
        "ceiling": CEILING,
        "causes": (NAMED, *POSSIBLE, *(ruled_out(name) for name in RULED_OUT)),
        "experiments": EXPERIMENTS,
        "curves": (learning_curve(), learning_curve("history.csv", "history.csv", 12, train_loss=(), val_loss=())),
        "slices": (*SLICES, REGIME),
        "parts": (
            *SLICES,
            ErrorSlice(kind="class", name="level", n_windows=104, error_rate=0.03, expected=0.46, p_value=1.0),
        ),
        "ladder": LADDER,
        "not_run": ("truncate: the budget of 5 min was spent", "attention: torch is not installed"),
        "summary": "Validation stays at 76.1 % because gyro_z of val is scaled otherwise than in train",
        "budget": 300.0,
    }
    return Explanation(**{**fields, **changes})


def undecided() -> Explanation:
    """Two causes that cannot be told apart, in a run that was stopped."""
    causes = (
        Cause(
            name="covariate_shift", title="Val is another distribution", probability=0.52, status="possible", remedy="a"
        ),
        Cause(name="unseen_group", title="Some groups are new", probability=0.44, status="possible", remedy="b"),
    )
    stopped = Experiment(name="align", status="interrupted", reason="interrupted")
    return Explanation(
        ceiling=None,
        causes=causes,
        experiments=(EXPERIMENTS[1], stopped),
        summary="Validation stays 22.8 points below what train allows, and two causes are left",
        undecided="covariate_shift and unseen_group cannot be told apart with 3 val groups: measure 5 more",
        partial=True,
    )


def nothing_known() -> Explanation:
    """Numbers that are not known, lists that are empty."""
    nan = math.nan
    return Explanation(
        ceiling=Ceiling(value=nan, low=nan, high=nan, observed=nan, chance=nan, learners={"lstm": nan}),
        causes=(Cause(name="healthy", title="", probability=nan, status="named"),),
        experiments=(Experiment(name="x", status="done", seconds=nan, outcomes={"a": Outcome(value=nan)}),),
        curves=(
            LearningCurve(name="empty", source="a", epochs=()),
            LearningCurve(name="nan", source="b", epochs=(1, 2), val_accuracy=(nan, nan)),
            LearningCurve(name="one", source="c", epochs=(7,), val_loss=(3.0,)),
        ),
        slices=(ErrorSlice(kind="time", name="", n_windows=0, error_rate=nan, expected=nan, p_value=nan),),
        ladder=Ladder(rows=(), spread=nan, by_sampling=nan, agreement=nan, text=""),
    )


def hostile(evil: str) -> Explanation:
    """Texts that try to steer what shows them."""
    proof = Proof(experiment=evil, outcome=evil, likelihood_ratio=9.0, text=evil)
    against = Proof(experiment=evil, outcome=evil, likelihood_ratio=0.1, text=evil)
    where = Place(channels=(evil, 3), groups=(evil,), val_windows=(1,), n_val_windows=1)
    causes = [
        Cause(name="label_noise", title=evil, probability=p, status=status, where=where, evidence=proofs, remedy=evil)
        for p, status, proofs in (
            (0.9, "named", (proof, against)),
            (0.1, "possible", ()),
            (0.0, "ruled out", (against,)),
        )
    ]
    outcome = Outcome(value=0.5, low=0.4, high=0.6, unit=evil, text=evil)
    experiments = [
        Experiment(name=evil, status=status, seconds=1.0, outcomes={evil: outcome}, summary=evil, reason=evil)
        for status in ("done", "crashed", "not run")
    ]
    return Explanation(
        ceiling=Ceiling(value=0.5, low=0.4, high=0.6, learners={evil: 0.5}, agreement=0.5, text=evil),
        causes=tuple(causes),
        experiments=tuple(experiments),
        curves=(learning_curve(evil, evil),),
        slices=(ErrorSlice(kind="group", name=evil, n_windows=3, error_rate=0.5, expected=0.2, p_value=0.01),),
        ladder=Ladder(
            rows=(ladder_row(evil, evil, 0.5),), spread=0.1, by_sampling=0.1, agreement=0.5, text=evil, not_run=(evil,)
        ),
        not_run=(evil,),
        summary=evil,
        undecided=evil,
        partial=True,
        budget=300.0,
    )
