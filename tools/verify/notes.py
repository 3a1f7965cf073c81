"""Signed notes and what is made of them, written from the C2SP specifications signed-note, tlog-checkpoint, tlog-cosignature,
tlog-policy and tlog-proof. What they leave open (limits, spellings) is fixed in docs/reference/ledger.md."""

import base64
import re
import unicodedata
from dataclasses import dataclass, field

import ed25519
import merkle

NOTE_BYTES_MAX = 256 * 1024
SIGNATURES_MAX = 64
PROOF_HASHES_MAX = 63
POLICY_BYTES_MAX = 256 * 1024
POLICY_LINES_MAX = 64
KEY_NAME_BYTES_MAX = 255
NUMBER_MAX = 2**53 - 1

LOG_TYPE, WITNESS_TYPE = 1, 4
# Unicode's property White_Space; str.isspace() has other ideas.
SPACES = {*range(0x09, 0x0E), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000}


class Refused(Exception):
    """What is wrong, in one sentence for a person."""


def text_of(data):
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("It is not UTF-8 text.") from None


def base64_of(text, what):
    """The one canonical spelling of RFC 4648, section 4."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise Refused(f"{what} is not base64.") from None
    if base64.b64encode(data).decode("ascii") != text or not data:
        raise Refused(f"{what} is not base64 in its canonical form.")
    return data


def hash_of(text, what):
    data = base64_of(text, what)
    if len(data) != 32:
        raise Refused(f"{what} is not a hash of 32 bytes.")
    return data


def number_of(text, what):
    if not re.fullmatch(r"0|[1-9][0-9]{0,15}", text) or int(text) > NUMBER_MAX:
        raise Refused(f"{what} is not a decimal number up to 2^53 - 1.")
    return int(text)


@dataclass(frozen=True)
class Key:
    kind: int
    name: str
    id: bytes
    public: bytes


def check_name(name):
    bad = any(ord(c) in SPACES or c == "+" or unicodedata.category(c) == "Cc" for c in name)
    if bad or not 1 <= len(name.encode("utf-8")) <= KEY_NAME_BYTES_MAX:
        raise Refused(f"{name!r} is no name of a key.")
    return name


def key_of(vkey):
    """signed-note, Verifier keys: <name>+<id>+<base64 of type and key>."""
    match = re.fullmatch(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)", vkey)
    if match is None:
        raise Refused(f"{vkey!r} is not a verifier key.")
    name = check_name(match[1])
    material = base64_of(match[3], f"The key of {name}")
    if material[0] not in (LOG_TYPE, WITNESS_TYPE) or len(material) != 33:
        raise Refused(f"The key of {name} is of a type that is not supported.")
    identity = merkle.sha256(name.encode("utf-8") + b"\n" + material)[:4]
    if identity.hex() != match[2]:
        raise Refused(f"The id of the key of {name} is wrong.")
    return Key(material[0], name, identity, material[1:])


@dataclass(frozen=True)
class Note:
    text: str
    # (name, key id) -> signature
    signatures: dict


def note_of(whole):
    """signed-note, Format."""
    if len(whole.encode("utf-8")) > NOTE_BYTES_MAX:
        raise Refused("The note is too large.")
    if any(ord(c) < 0x20 and c != "\n" for c in whole):
        raise Refused("The note has a control character.")
    at = whole.rfind("\n\n")
    if at < 0 or not whole[at + 2:].endswith("\n"):
        raise Refused("The note has no signatures.")
    lines = whole[at + 2:-1].split("\n")
    if len(lines) > SIGNATURES_MAX:
        raise Refused("The note has too many signatures.")
    signatures = {}
    for line in lines:
        words = line.split(" ")
        if len(words) != 3 or words[0] != "\u2014":
            raise Refused("A signature line is malformed.")
        name, data = check_name(words[1]), base64_of(words[2], "A signature")
        if len(data) <= 4:
            raise Refused("A signature line has no signature.")
        if (name, data[:4]) in signatures:
            raise Refused(f"{name} has signed twice with one key.")
        signatures[name, data[:4]] = data[4:]
    return Note(whole[:at + 1], signatures)


@dataclass(frozen=True)
class Checkpoint:
    note: Note
    origin: str
    size: int
    root: bytes
    witnesses: tuple = ()


def checkpoint_of(whole):
    """tlog-checkpoint, Note text."""
    note = note_of(whole)
    lines = note.text[:-1].split("\n")
    if len(lines) < 3 or "" in lines:
        raise Refused("The checkpoint does not have three lines, none of them empty.")
    size, root = number_of(lines[1], "The tree size"), hash_of(lines[2], "The root hash")
    if size == 0 and root != merkle.sha256(b""):
        raise Refused("The checkpoint gives an empty tree a root that it cannot have.")
    return Checkpoint(note, lines[0], size, root)


@dataclass
class Policy:
    logs: list = field(default_factory=list)
    witnesses: list = field(default_factory=list)
    # name -> ("witness", key) or ("group", threshold, members)
    named: dict = field(default_factory=dict)
    quorum: tuple = None


def policy_of(data):
    """tlog-policy. Names are octets, so the file is read as Latin-1, which keeps each octet."""
    if len(data) > POLICY_BYTES_MAX:
        raise Refused("The policy is too large.")
    text = data.decode("latin-1")
    if re.search(r"[^\t\n\x20-\x7e\x80-\xff]", text) or not text.endswith("\n"):
        raise Refused("The policy has a control character, or its last line does not end.")
    policy, used, groups = Policy(), set(), 0
    for line in text[:-1].split("\n"):
        words = [word for word in re.split(r"[ \t]+", line) if word]
        if not words or words[0].startswith("#"):
            continue
        keyword, *rest = words
        if keyword == "log" and 1 <= len(rest) <= 2:
            add_key(policy.logs, policy_key(rest[0], LOG_TYPE))
        elif keyword == "witness" and 2 <= len(rest) <= 3:
            key = policy_key(rest[1], WITNESS_TYPE)
            add_key(policy.witnesses, key)
            define(policy, rest[0], ("witness", key))
        elif keyword == "group" and len(rest) >= 3:
            define(policy, rest[0], group_of(policy, used, rest[1], rest[2:]))
            groups += 1
        elif keyword == "quorum" and len(rest) == 1 and policy.quorum is None:
            policy.quorum = ("group", 0, []) if rest[0] == "none" else policy.named.get(rest[0])
            if policy.quorum is None:
                raise Refused("The quorum is not defined above.")
        else:
            raise Refused(f"A line of the policy is not understood: {keyword}.")
        if max(len(policy.logs), len(policy.witnesses), groups) > POLICY_LINES_MAX:
            raise Refused("The policy has too many lines of a kind.")
    if policy.quorum is None:
        raise Refused("The policy has no quorum.")
    return policy


def policy_key(word, kind):
    key = key_of(text_of(word.encode("latin-1")))
    if key.kind != kind:
        raise Refused(f"The key of {key.name} is of the wrong kind.")
    return key


def add_key(keys, key):
    if any(other.public == key.public for other in keys):
        raise Refused(f"The key of {key.name} is given twice.")
    keys.append(key)


def define(policy, name, what):
    if name == "none" or name in policy.named:
        raise Refused(f"The name {name} cannot be given.")
    policy.named[name] = what


def group_of(policy, used, count, names):
    for name in names:
        if name not in policy.named or name in used:
            raise Refused(f"{name} is not defined above, or in a group already.")
        used.add(name)
    words = {"all": len(names), "any": 1}
    threshold = words[count] if count in words else int(count) if re.fullmatch(r"[1-9][0-9]{0,3}", count) else 0
    if not 1 <= threshold <= len(names):
        raise Refused("The threshold of a group cannot be reached.")
    return ("group", threshold, [policy.named[name] for name in names])


def is_quorum(rule, cosigners):
    if rule[0] == "witness":
        return rule[1].public in cosigners
    return sum(is_quorum(member, cosigners) for member in rule[2]) >= rule[1]


def verify_checkpoint(whole, policy):
    """Signed by a log of the policy under its own name, cosigned by a quorum; any wrong line of a known key refuses it."""
    checkpoint = checkpoint_of(whole)
    note, message = checkpoint.note, checkpoint.note.text.encode("utf-8")
    own = [key for key in policy.logs if key.name == checkpoint.origin]
    if not own:
        raise Refused(f"The log {checkpoint.origin} is not in the policy.")
    claimed = [key for key in own if (key.name, key.id) in note.signatures]
    if not claimed or not all(ed25519.verify(k.public, message, note.signatures[k.name, k.id]) for k in claimed):
        raise Refused(f"The checkpoint is not signed by the known key of {checkpoint.origin}.")
    cosigned = []
    for key in policy.witnesses:
        signature = note.signatures.get((key.name, key.id))
        if signature is not None:
            cosigned.append((key, cosignature_time(note.text, key, signature)))
    if not is_quorum(policy.quorum, {key.public for key, _ in cosigned}):
        raise Refused("Not enough witnesses have cosigned the checkpoint.")
    witnesses = tuple((key.name, time) for key, time in cosigned)
    return Checkpoint(note, checkpoint.origin, checkpoint.size, checkpoint.root, witnesses)


def cosignature_time(text, key, signature):
    """tlog-cosignature, Ed25519 signed message."""
    time = int.from_bytes(signature[:8], "big")
    message = f"cosignature/v1\ntime {time}\n{text}".encode("utf-8")
    if len(signature) != 72 or time > NUMBER_MAX or not ed25519.verify(key.public, message, signature[8:]):
        raise Refused(f"The cosignature of {key.name} is wrong.")
    return time


def verify_proof(whole, leaf, policy):
    """tlog-proof, Format. Gives the index and the checkpoint."""
    head, separator, rest = whole.partition("\n\n")
    lines = head.split("\n")
    if not separator or lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise Refused("It is not a tlog-proof of version 1.")
    if lines and lines[0].startswith("extra "):
        base64_of(lines.pop(0)[len("extra "):], "The extra data")
    if not lines or not lines[0].startswith("index "):
        raise Refused("The proof has no index.")
    index = number_of(lines.pop(0)[len("index "):], "The index")
    if len(lines) > PROOF_HASHES_MAX:
        raise Refused("The proof has too many hashes.")
    hashes = [hash_of(line, "A line of the proof") for line in lines]
    checkpoint = verify_checkpoint(rest, policy)
    if not merkle.includes(leaf, index, checkpoint.size, checkpoint.root, hashes):
        raise Refused(f"The proof does not lead from this entry at {index} to the root of the checkpoint.")
    return index, checkpoint
