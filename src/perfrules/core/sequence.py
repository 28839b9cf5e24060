"""Sequences that keep whole numbers and make their members when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar, overload

T_co = TypeVar("T_co", covariant=True)


class Lazy(Sequence[T_co]):
    """Members that are made from keys, anew each time: millions of them fit where their objects would not.

    Equal to any sequence with equal members.
    """

    __slots__ = ("_keys", "_make")

    def __init__(self, keys: Sequence[int], make: Callable[[int], T_co]) -> None:
        self._keys = keys
        self._make = make

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[T_co]:
        return map(self._make, self._keys)

    @overload
    def __getitem__(self, index: int) -> T_co: ...
    @overload
    def __getitem__(self, index: slice) -> Lazy[T_co]: ...
    def __getitem__(self, index: int | slice) -> T_co | Lazy[T_co]:
        if isinstance(index, slice):
            return Lazy(self._keys[index], self._make)
        return self._make(self._keys[index])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (Lazy, tuple, list)):
            return NotImplemented
        return len(self) == len(other) and all(one == two for one, two in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))
