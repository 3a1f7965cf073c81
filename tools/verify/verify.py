#!/usr/bin/env python3
"""Verifies what an ACGS ledger gives out, offline, with nothing but the standard library and the public keys.

It shares no line with ACGS: it is a second reading of the same specifications, for whoever does not want to believe the first.

  verify.py checkpoint FILE --policy POLICY
  verify.py proof FILE --policy POLICY --node NODE --sequence N --hash HEX    (or --leaf HEX)
  verify.py consistency OLD NEW PROOF --policy POLICY                         (PROOF: one base64 hash a line)
  verify.py inclusion PROOF --leaf HEX --index N --size N --root HEX
  verify.py receipt FILE --key BASE64 [--policy POLICY] [--record FILE] [--action HEX]
  verify.py evidence BUNDLE --key BASE64 [--policy POLICY]                    (a folder, or a tar archive)
  verify.py ledger FOLDER --policy POLICY
  verify.py batch                                                             (a JSON list of such words a line, on standard input)

Formats: docs/reference/ledger.md. Exit code 0: verified; 1: not; 2: the command line is wrong, or a file cannot be read.
"""

import argparse
import datetime
import json
import sys
from pathlib import Path

# Whoever verifies from a read-only folder, or a checked-out one, wants no files beside the sources.
sys.dont_write_bytecode = True

import merkle
from evidence import verify_evidence
from ledgers import verify_ledger
from notes import Refused, base64_of, hash_of, number_of, policy_of, text_of, verify_checkpoint, verify_proof
from receipts import entry_bytes, verify_receipt


def time_text(seconds):
    try:
        return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (ValueError, OverflowError, OSError):
        return f"second {seconds}"


def describe_checkpoint(checkpoint):
    lines = [f"The log {checkpoint.origin} has signed a tree of {checkpoint.size} entries."]
    lines += [f"The witness {name} has cosigned it at {time_text(time)}." for name, time in checkpoint.witnesses]
    if not checkpoint.witnesses:
        lines.append("No witness was asked for: the log may have shown somebody else another tree.")
    return lines


def read_hex(text):
    if len(text) != 64 or set(text) - set("0123456789abcdef"):
        raise Refused(f"{text!r} is not a hash of 64 hex digits.")
    return bytes.fromhex(text)


def read_hashes(path):
    text = text_of(Path(path).read_bytes())
    if text and not text.endswith("\n"):
        raise Refused("The last line of the proof does not end.")
    return [hash_of(line, "A line of the proof") for line in text.split("\n")[:-1]]


def read_policy(options):
    return policy_of(Path(options.policy).read_bytes())


def checkpoint_command(options):
    return describe_checkpoint(verify_checkpoint(text_of(Path(options.file).read_bytes()), read_policy(options)))


def proof_command(options):
    if options.leaf is not None:
        leaf = read_hex(options.leaf)
    else:
        read_hex(options.hash)
        leaf = merkle.leaf_hash(entry_bytes(options.node, number_of(options.sequence, "The sequence"), options.hash))
    index, checkpoint = verify_proof(text_of(Path(options.file).read_bytes()), leaf, read_policy(options))
    return [f"The entry is number {index} of the log.", *describe_checkpoint(checkpoint)]


def consistency_command(options):
    policy = read_policy(options)
    old, new = (verify_checkpoint(text_of(Path(f).read_bytes()), policy) for f in (options.old, options.new))
    if old.origin != new.origin:
        raise Refused("The checkpoints are of two logs.")
    if not merkle.is_consistent(old.size, old.root, new.size, new.root, read_hashes(options.proof)):
        raise Refused(f"It is not shown that the tree of {old.size} is the beginning of the one of {new.size}.")
    return [f"The tree of {old.size} entries is the beginning of the one of {new.size}.", *describe_checkpoint(new)]


def inclusion_command(options):
    leaf, root = read_hex(options.leaf), read_hex(options.root)
    index, size = number_of(options.index, "The index"), number_of(options.size, "The size")
    if not merkle.includes(leaf, index, size, root, read_hashes(options.file)):
        raise Refused("The proof does not lead from the leaf to the root.")
    return [f"The leaf is number {index} of the tree of {size}. Nothing was signed."]


def read_keys(options):
    keys = [base64_of(key, "The key") for key in options.key]
    if any(len(key) != 32 for key in keys):
        raise Refused("A key does not have 32 bytes.")
    return keys


def receipt_command(options):
    keys = read_keys(options)
    policy = None if options.policy is None else read_policy(options)
    record = None if options.record is None else Path(options.record).read_bytes()
    data = Path(options.file).read_bytes()
    receipt, included = verify_receipt(data, keys, policy, record, options.action)
    journal = receipt["journal"]
    lines = [
        f"The signer says: {receipt['verdict']['kind']}, for {receipt['agent']['kind']} {receipt['agent']['id']},"
        f" at {time_text(receipt['timeMs'] // 1000)}; record {int(journal['sequence'])} of node {journal['node']}.",
        "The record that was given is that record." if record is not None else "The record itself was not given.",
    ]
    if included is None:
        return [*lines, "Whether the record is in the ledger was not checked: no policy was given."]
    return [*lines, f"The record is entry {included[0]} of the ledger.", *describe_checkpoint(included[1])]


def evidence_command(options):
    policy = None if options.policy is None else read_policy(options)
    manifest, included = verify_evidence(options.bundle, read_keys(options), policy)
    records = manifest["records"]
    lines = [
        f"All {len(manifest['files'])} files are there, unchanged, and no others.",
        f"Records {int(records['first'])} to {int(records['last'])} of node {manifest['node']} follow each other without a gap.",
    ]
    if included is None:
        return [*lines, "Whether they are in the ledger was not checked: no policy was given."]
    return [*lines, f"The last one, and so all before it, is entry {included[0]} of the ledger.", *describe_checkpoint(included[1])]


def ledger_command(options):
    return [
        "Every tile and the root follow from the entries.",
        *describe_checkpoint(verify_ledger(options.folder, read_policy(options))),
    ]


class Parser(argparse.ArgumentParser):
    def error(self, message):
        raise SystemExit2(message)


class SystemExit2(Exception):
    pass


def build_parser():
    parser = Parser(prog="verify.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name, run, *files):
        added = commands.add_parser(name)
        for file in files:
            added.add_argument(file)
        added.set_defaults(run=run)
        return added

    command("checkpoint", checkpoint_command, "file").add_argument("--policy", required=True)
    proof = command("proof", proof_command, "file")
    for name in ("--node", "--sequence", "--hash"):
        proof.add_argument(name, default="")
    proof.add_argument("--leaf")
    proof.add_argument("--policy", required=True)
    command("consistency", consistency_command, "old", "new", "proof").add_argument("--policy", required=True)
    inclusion = command("inclusion", inclusion_command, "file")
    for name in ("--leaf", "--index", "--size", "--root"):
        inclusion.add_argument(name, required=True)
    receipt = command("receipt", receipt_command, "file")
    receipt.add_argument("--key", action="append", required=True)
    for name in ("--policy", "--record", "--action"):
        receipt.add_argument(name)
    evidence = command("evidence", evidence_command, "bundle")
    evidence.add_argument("--key", action="append", required=True)
    evidence.add_argument("--policy")
    command("ledger", ledger_command, "folder").add_argument("--policy", required=True)
    commands.add_parser("batch").set_defaults(run=None)
    return parser


def judge(parser, words):
    """Exit code and lines for one command."""
    try:
        options = parser.parse_args(words)
        return 0, options.run(options)
    except Refused as refused:
        return 1, [str(refused)]
    except SystemExit2 as wrong:
        return 2, [str(wrong)]
    except OSError as failed:
        return 2, [f"{failed.filename}: {failed.strerror}"]


def main(words):
    parser = build_parser()
    if words == ["batch"]:
        for line in sys.stdin:
            code, lines = judge(parser, json.loads(line))
            print(json.dumps({"code": code, "lines": lines}), flush=True)
        return 0
    code, lines = judge(parser, words)
    print("\n".join(["verified" if code == 0 else "NOT VERIFIED", *lines]), file=sys.stdout if code < 2 else sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
