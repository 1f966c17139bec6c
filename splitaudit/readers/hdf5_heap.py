"""Strings of variable length in HDF5 files, checked before the library reads them.

They lie in heaps ("GCOL"), and an array of them holds a length, the heap's address and a number in it. The library
trusts both: a damaged length is allocated, in gigabytes, and a heap whose objects do not add up is walked for ever.

References
----------
HDF5 File Format Specification 3.0, III.E (global heap) and IV.A.2.d (datatype message, class 9).
"""

from __future__ import annotations

import os
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

REFERENCE = np.dtype([("length", "<u4"), ("heap", "<u8"), ("index", "<u4")])
HEAD = 16  # bytes before the first object of a heap, and before the content of each object
MAGIC = b"GCOL\x01"
MOST_OBJECTS = 1 << 16


def sound_heap(dataset: Any, stream: IO[bytes]) -> bool:
    """Whether every string of a data set lies in a heap that is whole, and is no longer than it is there.

    Parameters
    ----------
    dataset : h5py.Dataset
        Strings of variable length.
    stream : binary file
        The file.

    Returns
    -------
    bool
        True as well where the references themselves are packed, and cannot be looked at.
    """
    if dataset.file.userblock_size:  # addresses then count from elsewhere
        return True
    end, heaps = stream.seek(0, os.SEEK_END), dict[int, NDArray[np.int64] | None]()
    for offset, size in _stretches(dataset):
        stream.seek(offset)
        content = stream.read(min(size, end))
        if len(content) < size or size % REFERENCE.itemsize:
            return False
        raw = np.frombuffer(content, dtype=REFERENCE)
        if not _inside(raw[raw["length"] > 0], stream, end, heaps):
            return False
    return True


def _stretches(dataset: Any) -> list[tuple[int, int]]:
    """Where references lie in the file, and how many bytes of them, as far as they are not packed."""
    if dataset.chunks is None:
        offset = dataset.id.get_offset()
        return [] if offset is None else [(offset, dataset.id.get_storage_size())]
    if dataset.compression is not None or dataset.shuffle or dataset.fletcher32:
        return []
    chunks = (dataset.id.get_chunk_info(i) for i in range(dataset.id.get_num_chunks()))
    return [(each.byte_offset, each.size) for each in chunks]


def _inside(raw: Any, stream: IO[bytes], end: int, heaps: dict[int, NDArray[np.int64] | None]) -> bool:
    if not len(raw):
        return True
    order = np.argsort(raw["heap"], kind="stable")
    addresses, first = np.unique(raw["heap"][order], return_index=True)
    for address, part in zip(addresses.tolist(), np.split(raw[order], first[1:]), strict=True):
        if address not in heaps:
            heaps[address] = _objects(stream, address, end)
        sizes = heaps[address]
        if sizes is None or (part["index"] >= MOST_OBJECTS).any():
            return False
        if (sizes[part["index"]] < part["length"]).any():
            return False
    return True


def _objects(stream: IO[bytes], address: int, end: int) -> NDArray[np.int64] | None:
    """Sizes of the objects of a heap by their number, -1 where there is none; None if the heap is damaged."""
    if not 0 < address <= end - HEAD:
        return None
    stream.seek(address)
    head = stream.read(HEAD)
    size = int.from_bytes(head[8:], "little")
    if head[:5] != MAGIC or not HEAD <= size <= end - address:
        return None
    content = stream.read(size - HEAD)
    sizes = np.full(MOST_OBJECTS, -1, dtype=np.int64)
    place = 0
    while place + HEAD <= len(content):
        index = int.from_bytes(content[place : place + 2], "little")
        length = int.from_bytes(content[place + 8 : place + HEAD], "little")
        if index == 0:  # what is free, to the end
            return sizes if place + length == len(content) else None
        place += HEAD + (length + 7) // 8 * 8
        if place > len(content) or sizes[index] >= 0:
            return None
        sizes[index] = length
    return sizes
