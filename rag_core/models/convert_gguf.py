"""A quantised GGUF chat model as a bfloat16 Hugging Face folder.

transformers unpacks GGUF at every load, which takes a minute; unpacked once, the model loads in seconds.
"""

from __future__ import annotations

from pathlib import Path

from rag_core.errors import ModelUnavailable


def convert_gguf(source: Path, target: Path) -> None:
    """Write `target` (a new folder): weights, configuration, tokenizer. Raises ModelUnavailable when `source`
    is not a model that transformers can unpack."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        tokenizer = AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name)
        model = AutoModelForCausalLM.from_pretrained(
            source.parent, gguf_file=source.name, dtype=torch.bfloat16
        )
    except (ValueError, KeyError, RuntimeError) as error:
        raise ModelUnavailable("model_damaged", source.name) from error
    # The weights are plain now: without this, transformers would save and load them as quantised.
    model.hf_quantizer = None
    model.is_quantized = False
    model.quantization_method = None
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    model.save_pretrained(target)
    tokenizer.save_pretrained(target)
