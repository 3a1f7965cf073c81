"""Receipts and ledger entries, written from DSSE 1.0.2 (protocol and envelope), RFC 8785 (canonical JSON) and
docs/reference/ledger.md."""

import hashlib
import json
import math
import re

import ed25519
import merkle
from notes import NUMBER_MAX, Refused, base64_of, text_of, verify_proof

RECEIPT_BYTES_MAX = 4 * 1024 * 1024
SIGNATURES_MAX = 64
PAYLOAD_TYPE = "application/vnd.acgs.receipt+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "urn:acgs:receipt:v1"
LINEAGE = "cdd01ef066bc6cf2"


def reject_constant(name):
    raise ValueError(f"{name} is not JSON")


def json_of(text, what):
    """Numbers are doubles, as RFC 8785 has them."""
    try:
        return json.loads(text, parse_int=float, parse_constant=reject_constant)
    except (ValueError, RecursionError):
        raise Refused(f"{what} is not JSON.") from None


def canonical(value):
    """RFC 8785, section 3.2."""
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, str):
        return string_text(value)
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
    return "{" + ",".join(f"{string_text(key)}:{canonical(value[key])}" for key in keys) + "}"


def string_text(text):
    """Section 3.2.2.2: the short escapes, \\u00xx for other controls, and everything else as it is."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Refused("A text has half a character.") from None
    short = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(short.get(c) or (f"\\u{ord(c):04x}" if ord(c) < 0x20 else c) for c in text) + '"'


def number_text(number):
    """Section 3.2.2.3: as ECMAScript writes it. Python's repr has the same shortest digits in another layout."""
    if not math.isfinite(number):
        raise Refused("A number is not finite.")
    if number == 0:
        return "0"
    sign, digits, exponent = re.fullmatch(r"(-?)([0-9.]+)(?:e([+-][0-9]+))?", repr(number)).groups()
    whole, _, fraction = digits.partition(".")
    fraction = "" if fraction == "0" else fraction
    point = len(whole) + int(exponent or 0)
    all_digits = whole + fraction
    stripped = all_digits.lstrip("0")
    point -= len(all_digits) - len(stripped)
    stripped = stripped.rstrip("0")
    count = len(stripped)
    if count <= point <= 21:
        return sign + stripped + "0" * (point - count)
    if 0 < point <= 21:
        return sign + stripped[:point] + "." + stripped[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + stripped
    mantissa = stripped if count == 1 else stripped[0] + "." + stripped[1:]
    return f"{sign}{mantissa}e{'+' if point > 0 else '-'}{abs(point - 1)}"


def entry_bytes(node, sequence, record_hash):
    """An entry of the ledger: docs/reference/ledger.md, Entries."""
    value = {"format": "acgs-ledger-entry-v1", "hash": record_hash, "node": node, "sequence": float(sequence)}
    return canonical(value).encode("utf-8")


def is_entry(data):
    match = re.fullmatch(
        rb'\{"format":"acgs-ledger-entry-v1","hash":"[0-9a-f]{64}","node":"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}",'
        rb'"sequence":([1-9][0-9]{0,15})\}',
        data,
    )
    return match is not None and int(match[1]) <= NUMBER_MAX


def fields(value, what, needed, optional=()):
    """An object with these members, and no others."""
    if not isinstance(value, dict):
        raise Refused(f"{what} is not an object.")
    if not set(needed) <= set(value) or not set(value) <= set(needed) | set(optional):
        raise Refused(f"{what} does not have the members that it has to have.")
    return value


def texts(*values):
    if not all(isinstance(value, str) for value in values):
        raise Refused("Something that has to be a text is none.")


def counts(*values):
    good = all(isinstance(v, float) and v.is_integer() and 0 <= v <= NUMBER_MAX for v in values)
    if not good:
        raise Refused("Something that has to be a whole number is none.")


def hashes(*values):
    if not all(isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value) for value in values):
        raise Refused("Something that has to be a SHA-256 in hex is none.")


def envelope_of(value):
    """DSSE, Envelope; strictly, as nothing is signed but type and payload."""
    fields(value, "The envelope", ["payloadType", "payload", "signatures"])
    kind, payload, lines = value["payloadType"], value["payload"], value["signatures"]
    texts(kind, payload)
    if kind == "" or not isinstance(lines, list) or not 1 <= len(lines) <= SIGNATURES_MAX:
        raise Refused("The envelope has no type, or no signature, or too many.")
    signatures = []
    for line in lines:
        fields(line, "A signature", ["keyid", "sig"])
        texts(line["keyid"], line["sig"])
        signatures.append((line["keyid"], base64_of(line["sig"], "A signature") if line["sig"] else b""))
    return kind, base64_of(payload, "The payload") if payload else b"", signatures


def pre_auth_encoding(kind, payload):
    """DSSE, protocol: PAE."""
    kind = kind.encode("utf-8")
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def statement_of(payload):
    """docs/reference/ledger.md, Receipts. Gives the subject's digest and the predicate."""
    text = text_of(payload)
    value = json_of(text, "The statement")
    if canonical(value) != text:
        raise Refused("The statement is not in its canonical form.")
    fields(value, "The statement", ["_type", "subject", "predicateType", "predicate"])
    subjects = value["subject"]
    if value["_type"] != STATEMENT_TYPE or value["predicateType"] != PREDICATE_TYPE:
        raise Refused("The statement is not one of a receipt.")
    if not isinstance(subjects, list) or len(subjects) != 1:
        raise Refused("The statement does not have one subject.")
    subject = fields(subjects[0], "The subject", ["name", "digest"])
    digest = fields(subject["digest"], "The digest", ["sha256"])["sha256"]
    hashes(digest)
    if subject["name"] != "action":
        raise Refused("The subject is not an action.")
    needed = ["id", "timeMs", "agent", "delegation", "action", "verdict", "reasons", "constitution", "journal", "record"]
    predicate = fields(value["predicate"], "The predicate", needed, ["approval"])
    check_predicate(predicate)
    return digest, predicate


def check_predicate(predicate):
    texts(predicate["id"], fields(predicate["action"], "The action", ["kind"])["kind"])
    counts(predicate["timeMs"])
    agent = fields(predicate["agent"], "The agent", ["kind", "id", "agent"], ["agentVersion", "sessionId", "toolUseId"])
    texts(*agent.values())
    if agent["kind"] not in ("agent", "person"):
        raise Refused("The agent is neither an agent nor a person.")
    for name in ("delegation", "reasons"):
        if not isinstance(predicate[name], list):
            raise Refused(f"{name} is not a list.")
    for step in predicate["delegation"]:
        texts(*fields(step, "A delegation", ["kind", "id"]).values())
    for reason in predicate["reasons"]:
        texts(*fields(reason, "A reason", ["policy", "reason", "effect"], ["article", "advice"]).values())
    check_verdict(predicate["verdict"])
    constitution = fields(predicate["constitution"], "The constitution", ["lineage", "number", "digest"])
    texts(constitution["lineage"])
    counts(constitution["number"])
    journal = fields(predicate["journal"], "The journal", ["node", "sequence", "hash", "previousHash"])
    texts(journal["node"])
    counts(journal["sequence"])
    record = fields(predicate["record"], "The record", ["sha256"])
    hashes(constitution["digest"], journal["hash"], journal["previousHash"], record["sha256"])
    if journal["sequence"] == 0:
        raise Refused("The sequence of the record is 0.")
    if "approval" in predicate:
        approval = fields(
            predicate["approval"], "The approval", ["id", "decisionId", "by", "role", "timeMs", "expiresMs"]
        )
        texts(approval["id"], approval["decisionId"], approval["by"], approval["role"])
        counts(approval["timeMs"], approval["expiresMs"])


def check_verdict(verdict):
    more = {"allow": [], "deny": [], "ask": ["role"], "modify": ["input"], "defer": ["retryAfterMs"]}
    kind = verdict.get("kind") if isinstance(verdict, dict) else None
    if not isinstance(kind, str) or kind not in more:
        raise Refused("The verdict is not known.")
    fields(verdict, "The verdict", ["kind", *more[kind]])
    if kind == "ask":
        texts(verdict["role"])
    if kind == "modify" and not isinstance(verdict["input"], dict):
        raise Refused("The modified input is not an object.")
    if kind == "defer":
        counts(verdict["retryAfterMs"])


def verify_receipt(data, keys, policy=None, record=None, action=None):
    """Gives the predicate and, where a policy was given, the index and the checkpoint."""
    if len(data) > RECEIPT_BYTES_MAX:
        raise Refused("The receipt is too large.")
    value = fields(json_of(text_of(data), "The receipt"), "The receipt", ["format", "envelope"], ["proof"])
    proof = value.get("proof")
    if value["format"] != "acgs-receipt-v1" or not isinstance(proof, (str, type(None))) or ("proof" in value and proof is None):
        raise Refused("It is not a receipt of version 1.")
    kind, payload, signatures = envelope_of(value["envelope"])
    if kind != PAYLOAD_TYPE:
        raise Refused(f"What is signed is no receipt but {kind!r}.")
    known = {hashlib.sha256(key).hexdigest(): key for key in keys}
    claimed = [(known[keyid], signature) for keyid, signature in signatures if keyid in known]
    message = pre_auth_encoding(kind, payload)
    if not claimed or not all(ed25519.verify(key, message, signature) for key, signature in claimed):
        raise Refused("It is not signed by a key that was given.")
    digest, predicate = statement_of(payload)
    if predicate["constitution"]["lineage"] != LINEAGE:
        raise Refused("It is of another lineage of constitutions.")
    if action is not None and action != digest:
        raise Refused("It is about another action.")
    check_approval(predicate)
    if record is not None:
        check_record(predicate, record)
    if policy is None:
        return predicate, None
    if proof is None:
        raise Refused("It has no proof that its record is in the ledger.")
    string_text(proof)
    journal = predicate["journal"]
    leaf = merkle.leaf_hash(entry_bytes(journal["node"], journal["sequence"], journal["hash"]))
    return predicate, verify_proof(proof, leaf, policy)


def check_approval(predicate):
    approval = predicate.get("approval")
    if approval is None:
        return
    if approval["by"] == predicate["agent"]["id"]:
        raise Refused("The approval is by the one who asked.")
    if not approval["timeMs"] <= predicate["timeMs"] < approval["expiresMs"]:
        raise Refused("The decision was not made while the approval was good.")


def check_record(predicate, record):
    journal = predicate["journal"]
    chained = hashlib.sha256(bytes.fromhex(journal["previousHash"]) + record).hexdigest()
    if hashlib.sha256(record).hexdigest() != predicate["record"]["sha256"] or chained != journal["hash"]:
        raise Refused("The record that was given is not the one of the receipt.")
