"""The cases of sd-jwt-python through us and our peers, in both directions. Called by scripts/interop/sd-jwt.

Each peer is a program behind lines of JSON (crates/peers/examples/sd_jwt_lines.rs describes them). "ours->npm" means that we issue
and present, and npm verifies. Ok is: verified, and the processed payload is the one computed here from the case, compared as JSON. A case of
JSON serialization is run as it is, and in the two other forms, which the name of its row says.
"""

import argparse
import json
import pathlib
import subprocess
import sys
from dataclasses import dataclass

import yaml

# Within iat and exp of every case; nobody but us and npm looks at them.
NOW = 1_700_000_000
DECOYS = 8
SERIALIZATIONS = ["compact", "flattened", "general"]

# (case, direction): (what is seen, who is right and by which rule). More in spec-notes/sd-jwt.md, "Other implementations".
OLD_PLACES = ("we are right: disclosures and kb_jwt belong in the unprotected header (RFC 9901 section 8.1, JWT-J-002, JWT-J-003); "
              "the peer writes them at the top level, as the drafts had it, and looks for them there only")
FLATTENED_ONLY = "nobody is wrong: the peer writes no general form, which is optional (RFC 9901 section 8, JWT-J-001)"
KID_TWICE = ("we are right: kid stands in the protected and in the unprotected header of a signature, and names in the two must be "
             "disjoint (RFC 7515 section 7.2.1, JWT-J-008). Without a kid the same peer's general form is read")
RSA_IN_CNF = ("the peers may: cnf can name any key (RFC 9901 section 4.1.2, JWT-I-018). Our Issuer takes jwk, jkt and kid, but "
              "refuses a jwk that our Verifier could not use, and we have no RSA")
EXPLAINED = {
    ("json_serialization_flattened", "ours->python"): ("verify: KeyError: 'disclosures'", OLD_PLACES),
    ("json_serialization_flattened", "python->ours"): ("verify: sd-jwt/format", OLD_PLACES),
    ("json_serialization_flattened (general)", "ours->python"): ("verify: KeyError: 'disclosures'", OLD_PLACES),
    ("json_serialization_flattened (general)", "python->ours"): ("issue: pypi/flattened-only", FLATTENED_ONLY),
    ("json_serialization_general", "ours->python"): ("verify: KeyError: 'disclosures'", OLD_PLACES),
    ("json_serialization_general", "python->ours"): ("issue: pypi/flattened-only", FLATTENED_ONLY),
    ("json_serialization_general", "npm->ours"): ("verify: sd-jwt/header", KID_TWICE),
    ("json_serialization_general (flattened)", "ours->python"): ("verify: KeyError: 'disclosures'", OLD_PLACES),
    ("json_serialization_general (flattened)", "python->ours"): ("verify: sd-jwt/format", OLD_PLACES),
    ("w3c-vc", "ours->python"): ("issue: sd-jwt/confirmation", RSA_IN_CNF),
    ("w3c-vc", "ours->npm"): ("issue: sd-jwt/confirmation", RSA_IN_CNF),
}

KNOWN = {"user_claims", "holder_disclosed_claims", "expect_verified_user_claims", "key_binding", "serialization_format",
         "settings_override", "add_decoy_claims"}


@dataclass(frozen=True)
class Redacted:
    """What the tag !sd stands before: the name of a member, or an element."""

    value: object


class Loader(yaml.SafeLoader):
    """YAML with the tag !sd. A quoted scalar under it is text, another one is what it would be without the tag."""


def construct_redacted(loader, node):
    if isinstance(node, yaml.MappingNode):
        return Redacted(loader.construct_mapping(node, deep=True))
    if isinstance(node, yaml.SequenceNode):
        return Redacted(loader.construct_sequence(node, deep=True))
    tag = "tag:yaml.org,2002:str" if node.style else loader.resolve(yaml.ScalarNode, node.value, (True, False))
    return Redacted(loader.yaml_constructors[tag](loader, yaml.ScalarNode(tag, node.value)))


Loader.add_constructor("!sd", construct_redacted)


def entries(tree):
    """Each member or element of a tree: its step, its value, and whether it is redacted."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            redacted = isinstance(name, Redacted)
            yield (name.value if redacted else name), value, redacted
    else:
        for n, value in enumerate(tree):
            redacted = isinstance(value, Redacted)
            yield n, (value.value if redacted else value), redacted


def is_tree(value):
    return isinstance(value, (dict, list))


def rebuilt(tree, shown):
    """The tree without marks, of the entries that `shown` gives with their new values."""
    pairs = list(shown)
    return dict(pairs) if isinstance(tree, dict) else [value for _, value in pairs]


def bare(tree):
    return rebuilt(tree, ((step, bare(value)) for step, value, _ in entries(tree))) if is_tree(tree) else tree


def redacted_paths(tree, here=()):
    for step, value, redacted in entries(tree) if is_tree(tree) else ():
        if redacted:
            yield [*here, step]
        yield from redacted_paths(value, (*here, step))


def chosen_paths(tree, choice, here=()):
    """What the holder discloses, by SOURCES.md of the cases: members are chosen by what is not empty, elements by position."""
    for step, value, redacted in entries(tree) if is_tree(tree) else ():
        if isinstance(tree, dict):
            wanted = choice.get(step) if isinstance(choice, dict) else None
            is_chosen = bool(wanted)
        else:
            wanted = choice[step] if isinstance(choice, list) and step < len(choice) else None
            is_chosen = wanted is not None and wanted is not False
        if redacted and not is_chosen:
            continue
        if redacted:
            yield [*here, step]
        yield from chosen_paths(value, wanted, (*here, step))


def disclosed(tree, chosen, here=()):
    """What is left of a tree when only these redacted claims are disclosed."""
    if not is_tree(tree):
        return tree
    shown = ((s, v) for s, v, redacted in entries(tree) if not redacted or [*here, s] in chosen)
    return rebuilt(tree, ((step, disclosed(value, chosen, (*here, step))) for step, value in shown))


def canonical(value):
    """Text that is equal just if the JSON values are: true is not 1, and 42 is not 42.0."""
    return json.dumps(value, sort_keys=True)


class Case:
    def __init__(self, path, serialization=None):
        specification = yaml.load(path.read_text(), Loader)
        if unknown := specification.keys() - KNOWN:
            sys.exit(f"{path}: nothing is known about {', '.join(sorted(unknown))}")
        settings = yaml.safe_load((path.parent.parent / "settings.yml").read_text()) | specification.get("settings_override", {})
        self.is_json = specification.get("serialization_format") == "json"
        self.name = path.parent.name + (f" ({serialization})" if serialization else "")

        tree = {"iss": settings["identifiers"]["issuer"], "iat": settings["iat"], "exp": settings["exp"]}
        tree |= specification["user_claims"]
        chosen = list(chosen_paths(tree, specification["holder_disclosed_claims"]))
        keys = settings["key_settings"]
        # What sd-jwt-python calls json is the general form where there is more than one signature.
        own = ("general" if len(keys["issuer_keys"]) > 1 else "flattened") if self.is_json else "compact"
        self.serialization = serialization or own
        self.expected = disclosed(tree, chosen)
        verified = specification.get("expect_verified_user_claims")
        if verified is not None and canonical(verified) != canonical(disclosed(specification["user_claims"], chosen)):
            sys.exit(f"{path}: its own expectation is not what we read from it")

        self.claims, self.issuer = bare(tree), tree["iss"]
        common = {"issuer": self.issuer, "issuer_keys": keys["issuer_keys"], "now": NOW, "serialization": self.serialization}
        self.issuing = common | {"claims": self.claims, "redact": list(redacted_paths(tree)),
                                 "decoys": DECOYS if specification.get("add_decoy_claims") else 0}
        # The claims beside the paths are for the peer whose choice has their shape.
        self.presenting = common | {"claims": self.claims, "disclose": chosen}
        self.verifying = dict(common)
        if specification.get("key_binding"):
            holder = keys["holder_key"]
            binding = {"audience": settings["identifiers"]["verifier"], "nonce": settings["key_binding_nonce"]}
            self.issuing |= {"holder_key": holder}
            self.presenting |= {"holder_key": holder, "binding": binding}
            self.verifying |= {"binding": binding}
            self.expected["cnf"] = {"jwk": {name: holder[name] for name in ("kty", "crv", "x", "y")}}

    def run(self, holder, verifier):
        """"ok", or the step that failed and why."""
        token = None
        for step, peer, request in [("issue", holder, self.issuing), ("present", holder, self.presenting),
                                    ("verify", verifier, self.verifying)]:
            answer = peer.ask({"do": step, **request, **({"token": token} if token else {})})
            if "error" in answer:
                return f"{step}: {answer['error']}"
            token = answer.get("token")
        if canonical(answer["claims"]) == canonical(self.expected):
            return "ok"
        print(f"expected {canonical(self.expected)}\n     got {canonical(answer['claims'])}")
        return "verify: other claims"


class Peer:
    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        return json.loads(line) if line else sys.exit(f"{self.process.args} ended without an answer")

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def cases(folder):
    for path in sorted(folder.glob("*/*/specification.yml")):
        case = Case(path)
        yield case
        if case.is_json:
            yield from (Case(path, other) for other in SERIALIZATIONS if other != case.serialization)


def start(arguments):
    ours = Peer(["cargo", "run", "-q", "--locked", "-p", "mimicred-peers", "--example", "sd_jwt_lines"])
    theirs = {}
    if arguments.python:
        theirs["python"] = Peer([sys.executable, pathlib.Path(__file__).with_name("pypi.py")])
    if arguments.npm:
        theirs["npm"] = Peer(["node", arguments.npm])
    there = {f"ours->{name}": (ours, peer) for name, peer in theirs.items()}
    return there | {f"{name}->ours": (peer, ours) for name, peer in theirs.items()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--python", action="store_true", help="sd-jwt is installed")
    parser.add_argument("--npm", type=pathlib.Path, help="npm.mjs, beside what it imports")
    arguments = parser.parse_args()

    known = list(cases(arguments.folder)) or sys.exit(f"no cases in {arguments.folder}")
    directions = start(arguments)
    print(row("case", directions))
    ok, explained, unexplained = 0, {}, []
    for case in known:
        results = {direction: case.run(*pair) for direction, pair in directions.items()}
        print(row(case.name, results.values()), flush=True)
        for direction, result in results.items():
            wanted, reason = EXPLAINED.get((case.name, direction), ("ok", None))
            if result != wanted:
                unexplained.append(f"{case.name}, {direction}: {result}, not {wanted}")
            elif reason:
                explained.setdefault((result, reason), []).append(f"{case.name}, {direction}")
            else:
                ok += 1
    for (result, reason), places in explained.items():
        print(f"\nexplained: {result}\n  at {'; '.join(places)}\n  {reason}")
    for line in unexplained:
        print(f"\nNOT EXPLAINED: {line}")
    for peer in {peer for pair in directions.values() for peer in pair}:
        peer.end()
    count = sum(map(len, explained.values()))
    print(f"\n{ok} ok, {count} explained, {len(unexplained)} not explained; {', '.join(directions)}")
    return 1 if unexplained else 0


def row(name, cells):
    return " ".join([name.ljust(38), *(cell.ljust(31) for cell in cells)]).rstrip()


if __name__ == "__main__":
    sys.exit(main())
