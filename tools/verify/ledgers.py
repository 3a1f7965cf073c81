"""A whole ledger in a folder, written from C2SP tlog-tiles and docs/reference/ledger.md."""

from pathlib import Path

import merkle
from notes import Refused, text_of, verify_checkpoint
from receipts import is_entry

WIDTH = 256


def index_path(index):
    """tlog-tiles, Merkle Tree: 1234067 is x001/x234/067."""
    text = f"{index % 1000:03d}"
    while index >= 1000:
        index //= 1000
        text = f"x{index % 1000:03d}/{text}"
    return text


def read_widest(folder, stem, width):
    """A partial tile may have been replaced by the full one. Gives the bytes, and how many hashes or entries they must have."""
    exact = folder / (stem if width == WIDTH else f"{stem}.p/{width}")
    if exact.is_file():
        return exact.read_bytes(), width
    full = folder / stem
    if full.is_file():
        return full.read_bytes(), WIDTH
    raise Refused(f"{exact.relative_to(folder)} is missing.")


def bundle_entries(data, width, name):
    """tlog-tiles, Log entries: each with its length before it."""
    entries, at = [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at:at + 2], "big")
        if at + 2 > len(data) or end > len(data):
            raise Refused(f"{name} is cut short.")
        entries.append(data[at + 2:end])
        at = end
    if len(entries) != width:
        raise Refused(f"{name} has {len(entries)} entries, expected {width}.")
    return entries


def verify_ledger(path, policy):
    """Recomputes every tile and the root from the entries. Gives the checkpoint."""
    folder = Path(path)
    if not (folder / "checkpoint").is_file():
        raise Refused("There is no checkpoint.")
    checkpoint = verify_checkpoint(text_of((folder / "checkpoint").read_bytes()), policy)
    row = []
    for start in range(0, checkpoint.size, WIDTH):
        count, stem = min(WIDTH, checkpoint.size - start), f"tile/entries/{index_path(start // WIDTH)}"
        data, width = read_widest(folder, stem, count)
        for entry in bundle_entries(data, width, stem)[:count]:
            if not is_entry(entry):
                raise Refused(f"{stem} has something that is no entry of a ledger.")
            row.append(merkle.leaf_hash(entry))
    root, level = merkle.tree_hash(row), 0
    while row:
        for start in range(0, len(row), WIDTH):
            part, stem = row[start:start + WIDTH], f"tile/{level}/{index_path(start // WIDTH)}"
            data, width = read_widest(folder, stem, len(part))
            if len(data) != 32 * width or data[:32 * len(part)] != b"".join(part):
                raise Refused(f"{stem} does not follow from the entries.")
        row = [merkle.tree_hash(row[start:start + WIDTH]) for start in range(0, len(row) - WIDTH + 1, WIDTH)]
        level += 1
    if root != checkpoint.root:
        raise Refused("The entries are not those that the checkpoint was signed for.")
    return checkpoint
