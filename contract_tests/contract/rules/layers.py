"""Rules of the layers on top of the single checks: Schemathesis, random sequences, the client."""

from .rule import Rule, contract

SCHEMA: tuple[Rule, ...] = (
    contract(
        "schema.examples", "S", "Schemathesis finds no failures with the documented examples."
    ),
    contract(
        "schema.coverage", "S", "Schemathesis finds no failures at the boundaries of the schemas."
    ),
    contract("schema.fuzzing", "S", "Schemathesis finds no failures with random requests."),
    contract("schema.stateful", "S", "Schemathesis finds no failures in sequences of requests."),
)

SEQUENCE: tuple[Rule, ...] = (
    contract(
        "sequence.matches-oracle",
        "S, D",
        "Random sequences of requests return the responses that the rules require.",
    ),
)

CLIENT: tuple[Rule, ...] = (
    contract("client.reads", "S", "The generated client reads the license keys of the target."),
    contract(
        "client.updates", "S", "The generated client sets, removes and keeps the fields of a key."
    ),
    contract("client.errors", "S, D", "The generated client raises the documented errors."),
)
