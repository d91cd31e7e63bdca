"""ONNX models that answer the same whatever they are shown, written byte by byte: no package for writing them is
needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

_ELEMENT = {"float32": 1, "int32": 6, "int64": 7}
_IR_VERSION = 8
_OPERATORS = 13


def constant_model(
    inputs: Mapping[str, Sequence[int]],
    outputs: Mapping[str, npt.NDArray[np.generic]],
    metadata: Mapping[str, str] | None = None,
) -> bytes:
    """A model with float inputs of these shapes (-1: any) and these outputs."""
    nodes = [
        _field(1, _text(1, f"{name}_value") + _text(2, name) + _text(3, name) + _text(4, "Identity"))
        for name in outputs
    ]
    values = [_field(5, _tensor(f"{name}_value", array)) for name, array in outputs.items()]
    taken = [_field(11, _value(name, shape, 1)) for name, shape in inputs.items()]
    given = [
        _field(12, _value(name, array.shape, _ELEMENT[array.dtype.name])) for name, array in outputs.items()
    ]
    graph = b"".join([*nodes, _text(2, "constant"), *values, *taken, *given])
    told = [_field(14, _text(1, key) + _text(2, value)) for key, value in (metadata or {}).items()]
    operators = _field(8, _text(1, "") + _number(2, _OPERATORS))
    return _number(1, _IR_VERSION) + _field(7, graph) + operators + b"".join(told)


def _tensor(name: str, array: npt.NDArray[np.generic]) -> bytes:
    dims = b"".join(_number(1, size) for size in array.shape)
    return dims + _number(2, _ELEMENT[array.dtype.name]) + _text(8, name) + _field(9, array.tobytes())


def _value(name: str, shape: Sequence[int], element: int) -> bytes:
    dims = b"".join(
        _field(1, _number(1, size) if size >= 0 else _text(2, f"{name}_{at}"))
        for at, size in enumerate(shape)
    )
    return _text(1, name) + _field(2, _field(1, _number(1, element) + _field(2, dims)))


def _text(field: int, text: str) -> bytes:
    return _field(field, text.encode())


def _field(field: int, data: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _varint(value: int) -> bytes:
    parts = bytearray()
    while value > 127:
        parts.append(value & 127 | 128)
        value >>= 7
    parts.append(value)
    return bytes(parts)
