"""HAR files are split into their entries, whatever their white space and the size of a chunk."""

import io
import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.errors import CannotRunError
from contract_tests.traffic import entries
from contract_tests.traffic.entries import EntrySplitter

PATH = Path("recording.har")
# Texts that look like the end of an entry, or like the start of the next one.
TEXTS = st.sampled_from(['},{"a":', "\n  },\n  {", ']}}"', "\\", '"', "é€😀", "[{", "", "\ud83d"])
NAMES = st.sampled_from(["a", "entries", "}", "_number"])
VALUES = st.recursive(
    TEXTS | st.none() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
INDENTS = st.sampled_from([None, 0, 1, 2, "\t"])


def split(content: bytes, chunk: int) -> list[bytes]:
    with (
        patch.object(entries, "_CHUNK", chunk),
        patch.object(entries, "_LARGEST_CHUNK", 2 * chunk),
        patch.object(entries, "_WINDOW", chunk),
    ):
        return list(EntrySplitter(io.BytesIO(content), PATH))


@given(
    st.lists(VALUES, max_size=5),
    st.dictionaries(st.sampled_from(["version", "pages", "creator"]), VALUES),
    VALUES,
    INDENTS,
    st.booleans(),
    st.integers(1, 300),
)
def test_every_entry_is_found(
    values: list[Any], before: dict[str, Any], after: Any, indent: Any, plain: bool, chunk: int
) -> None:
    document = {"first": after, "log": {**before, "entries": values, "comment": after}}
    # Half of a surrogate pair can only be written as an escape sequence.
    text = json.dumps(document, indent=indent, ensure_ascii=plain).encode("utf-8", "replace")
    expected = json.loads(text)["log"]["entries"]
    assert [json.loads(each) for each in split(text, chunk)] == expected


@given(st.lists(VALUES, min_size=1, max_size=3), INDENTS, st.data())
def test_a_file_that_is_cut_is_an_error(
    values: list[Any], indent: Any, data: st.DataObject
) -> None:
    text = json.dumps({"log": {"entries": values}}, indent=indent).encode()
    end = data.draw(st.integers(0, len(text.rstrip(b"}\n\t ")) - 1))
    with pytest.raises(CannotRunError, match="HAR file"):
        split(text[:end], 50)


@pytest.mark.parametrize("between", [b"", b";", b",,", b"]"])
def test_entries_need_a_comma_between_them(between: bytes) -> None:
    with pytest.raises(CannotRunError, match="is not a complete HAR file"):
        split(b'{"log": {"entries": [{"a": 1}' + between + b'{"a": 2}]}}', 100)


def test_entries_with_different_first_names_are_found() -> None:
    made = [{"a": 1, "b": [{"a": 2}, {"a": 3}]}, {"b": [{"a": 4}], "a": 5}, {}, {"a": 6}]
    text = json.dumps({"log": {"entries": made}}, separators=(",", ":")).encode()
    assert [json.loads(each) for each in split(text, 1000)] == made


def test_byte_order_mark_is_ignored() -> None:
    assert split(b'\xef\xbb\xbf{"log": {"entries": [{}]}}', 100) == [b"{}"]
