import numpy as np
import pytest

from splitaudit.audit import Settings, prepare
from splitaudit.errors import ConfigError
from splitaudit.models.probe import fit_predict
from splitaudit.zoo import signals
from splitaudit.zoo.world import Planted, Truth, World, cut, healthy, recordings_of


def world(base: str, seed: int = 0, **size: int) -> World:
    return signals.make(base, np.random.default_rng([seed, 9]), **size)


def accuracy(train, val) -> float:
    ours, theirs, _ = prepare(train, val, Settings())
    rng = np.random.default_rng(0)
    out = fit_predict(ours.features, ours.y, theirs.features, n_classes=len(train.classes), rng=rng)
    return float(np.mean(out.argmax(axis=1) == theirs.y))


@pytest.mark.parametrize("base", signals.BASES)
@pytest.mark.parametrize("seed", [0, 1])
def test_a_healthy_split_by_subject_is_learnable_but_not_trivial(base, seed):
    train, val = healthy(world(base, seed), np.random.default_rng(seed))
    assert len(train) == 12 * 40
    assert len(val) == 6 * 40
    assert not set(train.group_names) & set(val.group_names)
    assert 0.88 < accuracy(train, val) <= 1.0


@pytest.mark.parametrize("base", signals.BASES)
def test_sensors_have_names_scales_and_offsets_of_their_own(base):
    made = world(base)
    assert len(set(made.channels)) == 4
    assert len(set(made.classes)) == 3
    samples = np.concatenate([r.signal for r in made.recordings])
    assert samples.dtype == np.float32
    sd, level = samples.std(axis=0), samples.mean(axis=0)
    assert sd.max() / sd.min() > 20
    assert np.sum(np.abs(level) > sd) >= 1
    assert (np.abs(level) > 0.005 * sd).all()


@pytest.mark.parametrize("base", signals.BASES)
def test_every_subject_does_everything_and_labels_vary_along_a_recording(base):
    made = world(base)
    assert len(made.recordings) == 36
    for subject in range(18):
        done = np.concatenate([recording.label for recording in made.recordings if recording.subject == subject])
        assert (np.bincount(done, minlength=3) > 0).all()
    for recording in made.recordings:
        assert 1 <= np.count_nonzero(np.diff(recording.label)) < 20
        assert len(recording.label) == len(recording.signal) == 20 * 64
        assert np.isfinite(recording.signal).all()


@pytest.mark.parametrize("base", signals.BASES)
def test_the_same_seed_gives_the_same_recordings_and_another_seed_others(base):
    first, again, other = world(base, 3), world(base, 3), world(base, 4)
    assert all(np.array_equal(a.signal, b.signal) for a, b in zip(first.recordings, again.recordings, strict=True))
    assert not np.array_equal(first.recordings[0].signal, other.recordings[0].signal)


@pytest.mark.parametrize("base", signals.BASES)
@pytest.mark.parametrize("size", [{"n_timesteps": 20}, {"windows_per_subject": 1}, {"n_recordings": 5}])
def test_other_sizes_are_honoured(base, size):
    made = world(base, n_subjects=3, **({"windows_per_subject": 7} | size))
    total = dict.fromkeys(range(3), 0)
    for recording in made.recordings:
        total[recording.subject] += len(recording.signal)
    assert set(total.values()) == {size.get("windows_per_subject", 7) * made.n_timesteps}
    assert len(made.recordings) == 3 * min(size.get("n_recordings", 2), size.get("windows_per_subject", 7))


def test_an_unknown_base_is_refused_with_the_nearest_name():
    with pytest.raises(ConfigError, match=r"'pendulun'.*did you mean 'pendulum'"):
        signals.make("pendulun", np.random.default_rng(0))


def test_windows_know_where_they_were_cut():
    made = world("tones", n_subjects=5, windows_per_subject=6)
    side = cut(made, (1, 4, 8), stride=32, name="val")
    assert set(recordings_of(side).tolist()) == {1, 4, 8}
    for window, r, start in zip(side.X, recordings_of(side), side.time, strict=True):
        assert np.array_equal(window, made.recordings[r].signal[int(start) : int(start) + 64])


def test_bare_windows_cannot_say_where_they_were_cut():
    side = cut(world("tones", n_subjects=2, windows_per_subject=4), (0,), stride=64, name="val", named=False)
    assert side.groups is None
    with pytest.raises(ValueError, match="from which recording"):
        recordings_of(side)


def test_planted_sides_number_their_windows_as_they_stand():
    side = cut(world("tones", n_subjects=2, windows_per_subject=8), (0, 1, 2, 3), stride=64, name="val")
    planted = Planted(train=side.take([5, 3, 1]), val=side.take([2]), truth=Truth(flaw="none", severity="mild"))
    assert planted.train.rows.tolist() == [0, 1, 2]
    assert planted.val.rows.tolist() == [0]
