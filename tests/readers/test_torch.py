"""Datasets of torch: read without importing torch, and with a stand-in where it is not installed."""

from __future__ import annotations

import sys
import types

import numpy as np
import pytest

from splitaudit.errors import DataError
from splitaudit.readers.read import read

X = np.random.default_rng(0).normal(size=(6, 8, 3)).astype(np.float32)
Y = np.array([0, 1, 0, 1, 0, 1])


class _Tensor:
    """As much of a tensor as is read."""

    __module__ = "torch"
    is_sparse = False

    def __init__(self, values):
        self.values, self.dtype, self.shape = np.asarray(values), "torch.float32", np.shape(values)

    def detach(self):
        return self

    cpu = resolve_conj = resolve_neg = detach

    def numpy(self):
        return self.values

    def __array__(self, *args, **kwargs):
        raise TypeError("can't convert a tensor that requires grad")


class _Dataset:
    __module__ = "torch.utils.data.dataset"


class _TensorDataset(_Dataset):
    __module__ = "torch.utils.data.dataset"

    def __init__(self, *tensors):
        self.tensors = tensors


class _DataLoader:
    __module__ = "torch.utils.data.dataloader"
    batch_size = 4

    def __init__(self, dataset):
        self.dataset = dataset


@pytest.fixture
def torch(monkeypatch):
    """The real torch where it is installed, else a stand-in."""
    try:
        import torch
        from torch.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset
    except ImportError:
        fake = types.SimpleNamespace(
            tensor=_Tensor,
            Dataset=_Dataset,
            IterableDataset=_Dataset,
            TensorDataset=_TensorDataset,
            DataLoader=_DataLoader,
        )
        monkeypatch.setitem(sys.modules, "torch", fake)
        return fake
    return types.SimpleNamespace(
        tensor=torch.tensor,
        Dataset=Dataset,
        IterableDataset=IterableDataset,
        TensorDataset=TensorDataset,
        DataLoader=DataLoader,
    )


def listed(torch, items):
    class Listed(torch.Dataset):
        def __len__(self):
            return len(items)

        def __getitem__(self, i):
            return items[i]

    return Listed()


def test_tensors_in_arrays_pairs_and_mappings(torch):
    x, y = torch.tensor(X), torch.tensor(Y)
    for source in ((x, y), {"X": x, "y": y}):
        split = read(source, groups=torch.tensor(Y))
        assert np.array_equal(split.X, X)
        assert split.y.tolist() == split.groups.tolist() == Y.tolist()
    assert np.array_equal(read(x).X, X)


def test_tensor_datasets(torch):
    split = read(torch.TensorDataset(torch.tensor(X), torch.tensor(Y)), name="train")
    assert np.array_equal(split.X, X)
    assert split.y.tolist() == Y.tolist()
    assert read(torch.TensorDataset(torch.tensor(X))).y is None


def test_items_of_windows_pairs_and_mappings(torch):
    pairs = [(torch.tensor(x), int(y)) for x, y in zip(X, Y, strict=True)]
    mappings = [{"x": x, "label": y} for x, y in pairs]
    for items in (pairs, mappings):
        split = read(listed(torch, items))
        assert np.array_equal(split.X, X)
        assert split.y.tolist() == Y.tolist()
    assert read(listed(torch, [x for x, _ in pairs])).y is None


def test_channels_first(torch):
    channels_first = listed(torch, [(torch.tensor(x.T.copy()), int(y)) for x, y in zip(X, Y, strict=True)])
    assert np.array_equal(read(channels_first, layout="nct").X, X)


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ([], "no items"),
        ([(X[0], 0), (X[0, :5], 1)], "X is ragged"),
        ([(X[0], 0), (X[0],)], "different lengths"),
        ([(X[0], 0, 1)] * 2, "3 values per item"),
        ([{"x": X[0]}, {"y": X[0]}], "different keys"),
    ],
)
def test_datasets_that_hold_no_windows(torch, items, words):
    with pytest.raises(DataError, match=words) as caught:
        read(listed(torch, items), name="train")
    assert str(caught.value).startswith("train: ")


def test_what_is_no_map_style_dataset(torch):
    class Stream(torch.IterableDataset):
        def __iter__(self):
            return iter(X)

    with pytest.raises(DataError, match="without a length"):
        read(Stream())
    with pytest.raises(DataError, match="a Stream without a length"):
        read(torch.DataLoader(Stream()))


def test_a_loader_is_read_through_its_dataset(torch):
    split = read(torch.DataLoader(torch.TensorDataset(torch.tensor(X), torch.tensor(Y))))
    assert np.array_equal(split.X, X)
    assert split.y.tolist() == Y.tolist()


def test_tensors_that_numpy_does_not_take_as_they_are():
    torch = pytest.importorskip("torch", reason="torch is not installed")
    x = torch.tensor(X)
    for tensor in (x.requires_grad_(), x.detach().to(torch.float64).to_sparse(), x.detach().permute(0, 2, 1).mT):
        assert np.array_equal(read(tensor).X, X)
    assert np.array_equal(read(x.detach().bfloat16()).X, x.detach().bfloat16().float().numpy())


def test_parts_of_datasets():
    torch = pytest.importorskip("torch", reason="torch is not installed")
    from torch.utils.data import ConcatDataset, Subset, TensorDataset

    whole = TensorDataset(torch.tensor(X), torch.tensor(Y))
    part = read(Subset(whole, [4, 1, 2]))
    assert np.array_equal(part.X, X[[4, 1, 2]])
    assert [part.classes[k] for k in part.y] == [str(label) for label in Y[[4, 1, 2]]]
    assert len(read(ConcatDataset([whole, whole]))) == 12


def test_a_loader_is_never_drawn_from():
    torch = pytest.importorskip("torch", reason="torch is not installed")
    from torch.utils.data import DataLoader, DistributedSampler, TensorDataset, WeightedRandomSampler

    def collate(items):
        raise AssertionError("a batch was drawn")

    torch.manual_seed(7)
    before = torch.get_rng_state()
    data = TensorDataset(torch.tensor(X), torch.tensor(Y))
    for loader in (
        DataLoader(data, batch_size=4, shuffle=True, drop_last=True, collate_fn=collate),
        DataLoader(data, batch_size=4, sampler=WeightedRandomSampler([1, 0, 0, 0, 0, 1], 2), collate_fn=collate),
        DataLoader(data, batch_size=4, sampler=DistributedSampler(data, 2, 1), collate_fn=collate),
    ):
        split = read(loader)
        assert np.array_equal(split.X, X)
        assert "windows are read from the loader's dataset, without its collate_fn 'collate'" in split.notes
    assert torch.equal(torch.get_rng_state(), before)


def test_a_loader_of_some_rows():
    torch = pytest.importorskip("torch", reason="torch is not installed")
    from torch.utils.data import DataLoader, Dataset, SubsetRandomSampler, TensorDataset

    class Items(Dataset):
        def __len__(self):
            return len(X)

        def __getitem__(self, i):
            return X[i], Y[i]

    for data in (TensorDataset(torch.tensor(X), torch.tensor(Y)), Items()):
        split = read(DataLoader(data, sampler=SubsetRandomSampler([5, 0, 3])))
        assert np.array_equal(split.X, X[[0, 3, 5]])
        assert [split.classes[k] for k in split.y] == ["0", "1", "1"]
        assert split.notes == ("3 of 6 windows are read, those that the loader's sampler draws",)


def test_loaders_whose_rows_are_not_known():
    torch = pytest.importorskip("torch", reason="torch is not installed")
    from torch.utils.data import (
        BatchSampler,
        DataLoader,
        Sampler,
        SequentialSampler,
        SubsetRandomSampler,
        TensorDataset,
    )

    class First(Sampler):
        def __iter__(self):
            return iter([0])

    class Batches(Sampler):
        def __iter__(self):
            return iter([[0, 1]])

    data = TensorDataset(torch.tensor(X))
    for loader, words in (
        (DataLoader(data, sampler=First()), "a First for sampler"),
        (DataLoader(data, batch_sampler=Batches()), "a Batches for batch_sampler"),
        (DataLoader(data, batch_size=None), "does not batch"),
    ):
        with pytest.raises(DataError, match=words) as caught:
            read(loader, name="train")
        assert str(caught.value).startswith("train: ")
    known = [BatchSampler(sampler, 2, False) for sampler in (SequentialSampler(data), SubsetRandomSampler([1, 2]))]
    assert [len(read(DataLoader(data, batch_sampler=each))) for each in known] == [6, 2]
