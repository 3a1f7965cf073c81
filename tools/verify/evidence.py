"""Evidence bundles: a folder or a tar archive, written from docs/reference/ledger.md and DSSE 1.0.2. What the records mean is
not judged here; that none was changed, added or left out is."""

import hashlib
import json
import re
import tarfile
from pathlib import Path

import ed25519
import merkle
from notes import Refused, text_of, verify_proof
from receipts import canonical, counts, entry_bytes, envelope_of, fields, hashes, json_of, pre_auth_encoding, string_text, texts

PAYLOAD_TYPE = "application/vnd.acgs.evidence+json"
MANIFEST = "manifest.json"
RECORDS = "records.ndjson"


def read_files(path):
    """Every file of the bundle by its path in it."""
    root = Path(path)
    if root.is_dir():
        return {str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*") if file.is_file()}
    files = {}
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                if not member.isfile() or member.name in files:
                    raise Refused(f"{member.name} in the archive is no file, or is there twice.")
                files[member.name] = archive.extractfile(member).read()
    except tarfile.TarError:
        raise Refused("It is neither a folder nor a tar archive.") from None
    return files


def verify_evidence(path, keys, policy=None):
    """Gives the manifest and, where a policy was given, the index and the checkpoint."""
    files = read_files(path)
    manifest = open_manifest(files, keys)
    check_files(files, manifest)
    records = manifest["records"]
    check_records(files.get(RECORDS, b""), manifest["node"], records)
    if policy is None:
        return manifest, None
    proof = files.get(f"proofs/{int(records['last'])}.tlog-proof")
    if proof is None:
        raise Refused("It holds no proof that its last record is in the ledger.")
    leaf = merkle.leaf_hash(entry_bytes(manifest["node"], records["last"], records["headHash"]))
    return manifest, verify_proof(text_of(proof), leaf, policy)


def open_manifest(files, keys):
    if MANIFEST not in files:
        raise Refused(f"There is no {MANIFEST}.")
    text = text_of(files[MANIFEST])
    value = json_of(text, "The manifest")
    kind, payload, signatures = envelope_of(value)
    lines = ",".join(f'{{"keyid":{string_text(s["keyid"])},"sig":"{s["sig"]}"}}' for s in value["signatures"])
    if text != f'{{"payloadType":{string_text(kind)},"payload":"{value["payload"]}","signatures":[{lines}]}}\n':
        raise Refused("The manifest is not one line in its one form.")
    if kind != PAYLOAD_TYPE:
        raise Refused("What is signed is no manifest of evidence.")
    known = {hashlib.sha256(key).hexdigest(): key for key in keys}
    claimed = [(known[keyid], signature) for keyid, signature in signatures if keyid in known]
    message = pre_auth_encoding(kind, payload)
    if not claimed or not all(ed25519.verify(key, message, signature) for key, signature in claimed):
        raise Refused("The manifest is not signed by a key that was given.")
    return manifest_of(text_of(payload))


def manifest_of(text):
    manifest = json_of(text, "The manifest")
    fields(manifest, "The manifest", ["format", "createdMs", "node", "span", "records", "files"])
    span = fields(manifest["span"], "The span", ["fromMs", "toMs"])
    records = fields(manifest["records"], "The records", ["first", "last", "previousHash", "headHash"])
    counts(manifest["createdMs"], span["fromMs"], span["toMs"], records["first"], records["last"])
    hashes(records["previousHash"], records["headHash"])
    texts(manifest["node"])
    if manifest["format"] != "acgs-evidence-v1" or not isinstance(manifest["files"], list) or canonical(manifest) != text:
        raise Refused("The manifest is not one of evidence in its canonical form.")
    for file in manifest["files"]:
        fields(file, "A file", ["path", "bytes", "sha256"])
        texts(file["path"])
        counts(file["bytes"])
        hashes(file["sha256"])
    return manifest


def check_files(files, manifest):
    for file in manifest["files"]:
        data = files.get(file["path"])
        if data is None or len(data) != file["bytes"] or hashlib.sha256(data).hexdigest() != file["sha256"]:
            raise Refused(f"{file['path']} is missing, or not the one that was signed.")
    others = set(files) - {file["path"] for file in manifest["files"]} - {MANIFEST}
    if others:
        raise Refused(f"{min(others)} does not belong to it.")
    for path, data in files.items():
        match = re.fullmatch(r"constitutions/([0-9a-f]{64})\.json", path)
        if match and hashlib.sha256(data).hexdigest() != match[1]:
            raise Refused(f"{path} is another constitution.")


def check_records(data, node, records):
    """Each line hashes with the hash before it into the next."""
    if data and not data.endswith(b"\n"):
        raise Refused("The last record is cut off.")
    lines = data.split(b"\n")[:-1]
    if len(lines) != records["last"] - records["first"] + 1:
        raise Refused("There are not as many records as there have to be.")
    chain = bytes.fromhex(records["previousHash"])
    if records["first"] == 1 and chain != merkle.sha256(f"acgs-journal-v1\n{node}".encode("utf-8", "replace")):
        raise Refused("The first record does not begin the journal of its node.")
    for line in lines:
        try:
            record = json.loads(text_of(line))
        except (ValueError, RecursionError):
            raise Refused("A record is not JSON.") from None
        if not isinstance(record, dict) or not isinstance(record.get("kind"), str):
            raise Refused("A record is not one of a journal.")
        chain = merkle.sha256(chain + line)
    if chain.hex() != records["headHash"]:
        raise Refused("The records do not hash into the last one.")
