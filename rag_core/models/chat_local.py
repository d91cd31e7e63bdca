"""Chat in process, through transformers."""

from __future__ import annotations

import copy
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag_core.errors import InputError, ModelUnavailable
from rag_core.models.cards import ModelCard
from rag_core.models.devices import torch_device
from rag_core.models.own import ADAPTER
from rag_core.protocols import Chooser, Message

if TYPE_CHECKING:
    import torch

# The prompt is read in pieces this long: between two of them a question can be cancelled.
READ_TOKENS = {"cpu": 256, "cuda": 4096}
# Instructions kept as the model has read them: for answers and for checks, in two languages, and others before.
OPENINGS = 8
HALF_CHARACTER = "\ufffd"


def load_chat(path: Path, card: ModelCard, device: str) -> Chooser:
    """The chat model in the folder at `path`: plain, GPTQ/AWQ/bitsandbytes (with their libraries), GGUF, or a
    LoRA adapter beside or naming its base model. `device` is the setting: auto, cpu, cuda or cuda:N. Raises
    ModelUnavailable when the folder holds no such model."""
    return LocalChat(path, card, torch_device(device))


class LocalChat:
    """Greedy decoding with a cache, in the thread that iterates: nothing runs on once the iterator is closed."""

    def __init__(self, path: Path, card: ModelCard, device: str) -> None:
        # Set before the tokenizer is first used: its threads and a later fork don't go together.
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        import transformers

        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        try:
            self._tokenizer, self._model = _load(path, device)
        except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
            raise ModelUnavailable("model_damaged", card.id) from error
        if not self._tokenizer.chat_template:
            raise ModelUnavailable("model_damaged", card.id)
        self.id = card.id
        self.context_tokens = card.context_tokens or int(self._model.config.max_position_embeddings)
        self._device = device
        self._read_tokens = READ_TOKENS["cpu" if device == "cpu" else "cuda"]
        self._ends = _end_tokens(self._tokenizer, self._model)
        self._openings: dict[tuple[int, ...], object] = {}
        self._openings_lock = threading.Lock()
        self._marks = tuple(sorted(self._tokenizer.get_added_vocab(), key=len, reverse=True))

    def count_tokens(self, text: str) -> int:
        """Tokens of the text itself, without the marks of a message."""
        return len(self._encode(text))

    def stream(
        self, messages: Sequence[Message], max_tokens: int, cancelled: Callable[[], bool]
    ) -> Iterator[str]:
        """Pieces of whole characters. Raises InputError when the prompt and max_tokens exceed context_tokens."""
        prompt, opening = self._told(messages, max_tokens)
        pieces = Pieces(self._decode)
        for token in self._tokens(prompt, opening, max_tokens, cancelled):
            piece = pieces.add(token)
            if piece:
                yield piece
        last = pieces.rest()
        if last:
            yield last

    def choose(
        self, messages: Sequence[Message], words: Sequence[str], cancelled: Callable[[], bool]
    ) -> tuple[float, ...]:
        """The chances of the words' first tokens. Raises InputError when the prompt exceeds context_tokens."""
        prompt, opening = self._told(messages, 1)
        cache = self._read(tuple(prompt[:opening]))
        logits = self._take_in(prompt[opening:], cache, cancelled)
        if logits is None:
            return ()
        firsts = [self._encode(word)[0] for word in words]
        chances: list[float] = logits[firsts].float().softmax(0).tolist()
        return tuple(chances)

    def _told(self, messages: Sequence[Message], room: int) -> tuple[list[int], int]:
        """The prompt, and how much of it is the opening. Raises InputError where it leaves no room for the reply."""
        text = self._prompt(messages)
        prompt = self._encode(text)
        if len(prompt) + room > self.context_tokens:
            raise InputError("prompt_too_long", str(self.context_tokens))
        return prompt, self._opening(messages[0], text, prompt)

    def _opening(self, first: Message, text: str, prompt: list[int]) -> int:
        """How many tokens of the prompt are the instructions that every question begins with."""
        told = self._plain(first.text).strip()
        if first.role != "system" or not told or told not in text:
            return 0
        ids = self._encode(text[: text.index(told) + len(told)])
        return len(ids) if prompt[: len(ids)] == ids else 0

    def _tokens(
        self, prompt: list[int], opening: int, max_tokens: int, cancelled: Callable[[], bool]
    ) -> Iterator[int]:
        cache = self._read(tuple(prompt[:opening]))
        logits = self._take_in(prompt[opening:], cache, cancelled)
        for _ in range(max_tokens):
            if logits is None or cancelled():
                return
            token = int(logits.argmax())
            if token in self._ends:
                return
            yield token
            logits = self._forward([token], cache)

    def _take_in(self, ids: list[int], cache: object, cancelled: Callable[[], bool]) -> torch.Tensor | None:
        """The next token's logits after `ids`, read piece by piece; None once cancelled."""
        logits: torch.Tensor | None = None
        for start in range(0, len(ids), self._read_tokens):
            if cancelled():
                return None
            logits = self._forward(ids[start : start + self._read_tokens], cache)
        return logits

    def _read(self, opening: tuple[int, ...]) -> object:
        """A cache that holds the opening, which is read once: read anew with each question it would cost a
        second there, and read on its own it gives the same numbers each time."""
        from transformers import DynamicCache

        with self._openings_lock:
            known = self._openings.get(opening)
        if known is None:
            known = DynamicCache(config=self._model.config)
            for start in range(0, len(opening), self._read_tokens):
                self._forward(list(opening[start : start + self._read_tokens]), known)
            with self._openings_lock:
                self._openings[opening] = known
                while len(self._openings) > OPENINGS:
                    del self._openings[next(iter(self._openings))]
        return copy.deepcopy(known)

    def _forward(self, ids: list[int], cache: object) -> torch.Tensor:
        """The next token's logits after `ids`, which are added to the cache."""
        import torch

        with torch.inference_mode():
            rows = torch.tensor([ids], device=self._device)
            output = self._model(input_ids=rows, past_key_values=cache, use_cache=True, logits_to_keep=1)
        logits: torch.Tensor = output.logits[0, -1]
        return logits

    def _prompt(self, messages: Sequence[Message]) -> str:
        rows = [{"role": message.role, "content": self._plain(message.text)} for message in messages]
        text: str = self._tokenizer.apply_chat_template(rows, tokenize=False, add_generation_prompt=True)
        return text

    def _plain(self, text: str) -> str:
        """The text with the model's own marks broken: a document must not be able to end a message."""
        for mark in self._marks:
            if mark in text:
                text = text.replace(mark, f"{mark[0]} {mark[1:]}")
        return text

    def _encode(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]
        return ids

    def _decode(self, ids: list[int]) -> str:
        text: str = self._tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return text


class Pieces:
    """Text out of tokens one by one. A token may hold half a character, which waits for its other half; and how
    a token reads may depend on the one before, so a few are decoded together."""

    def __init__(self, decode: Callable[[list[int]], str]) -> None:
        self._decode = decode
        self._ids: list[int] = []
        self._said = 0
        self._before = 0

    def add(self, token: int) -> str:
        """The new whole characters, if any."""
        self._ids.append(token)
        before, text = self._texts()
        if text.endswith(HALF_CHARACTER):
            return ""
        self._before, self._said = self._said, len(self._ids)
        return text[len(before) :]

    def rest(self) -> str:
        """What is left at the end, half a character left out."""
        before, text = self._texts()
        return text[len(before) :].rstrip(HALF_CHARACTER)

    def _texts(self) -> tuple[str, str]:
        window = self._ids[self._before :]
        return self._decode(window[: self._said - self._before]), self._decode(window)


def _load(path: Path, device: str) -> tuple[Any, Any]:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    named: dict[str, str] = {}
    gguf = sorted(path.glob("*.gguf"))
    if gguf and not (path / "config.json").is_file():
        named["gguf_file"] = gguf[0].name
    if (path / ADAPTER).is_file():
        from peft import AutoPeftModelForCausalLM

        adapted = AutoPeftModelForCausalLM.from_pretrained(path, dtype=_dtype(device))
        # Merged: a token then costs no more than the base model's.
        model = adapted.merge_and_unload()
        tokenizer_path = (
            path
            if (path / "tokenizer.json").is_file()
            else adapted.peft_config["default"].base_model_name_or_path
        )
        return AutoTokenizer.from_pretrained(tokenizer_path), model.to(device).eval()
    tokenizer = AutoTokenizer.from_pretrained(path, **named)
    model = AutoModelForCausalLM.from_pretrained(path, dtype=_dtype(device), **named)
    if getattr(model, "quantization_method", None) is None:
        model = model.to(device)
    return tokenizer, model.eval()


def _dtype(device: str) -> torch.dtype:
    import torch

    if device == "cpu" or torch.cuda.is_bf16_supported():
        return torch.bfloat16
    return torch.float16


def _end_tokens(tokenizer: Any, model: Any) -> frozenset[int]:
    """The tokens that end a reply: the model's, the tokenizer's, and the end of a chat message."""
    configured = model.generation_config.eos_token_id
    ends = set(configured) if isinstance(configured, list) else {configured}
    ends.add(tokenizer.eos_token_id)
    ends.add(tokenizer.get_added_vocab().get("<|im_end|>"))
    return frozenset(end for end in ends if end is not None)
