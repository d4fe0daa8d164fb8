"""Random schedules of events against the real command, and what must be true after each of them.

A schedule is a sequence of runs, each with one event at a random moment: the process is killed or
interrupted at a request or at a system call that writes the journal, the disk is full, the server
fails or rejects the token, another program changes a key, the clock jumps, or a second run starts.
"""

import os
import signal
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.contract_suite.safety.account_server import DROP, Account, Call, serve
from tests.contract_suite.safety.commands import KILLED, Ended, ForkServer, fork_server
from tests.contract_suite.safety.live_account import LiveAccount, is_restoring

SCHEDULES = int(os.environ.get("SAFETY_SCHEDULES", "2000"))
BUDGET = 24
MOMENTS = st.integers(1, BUDGET + 6)
SYSTEM_CALLS = st.integers(1, 30)
SIGNALS = st.sampled_from(["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"])
FAILURES = st.sampled_from([401, 404, 429, 500, 503, DROP])
# A client whose clock is wrong by years would judge an expiry wrongly.
CLOCKS = st.sampled_from(["2026-11-26T00:00:00+00:00", "2030-12-30T23:59:58+00:00"])


class Schedules(RuleBasedStateMachine):
    """Runs on one account until a final `restore` on a healthy server."""

    forks: ForkServer
    counts: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.account = Account.of()
        self.server = serve(self.account)
        self.live = LiveAccount(
            self.account, self.server.__enter__(), Path(self.folder.name), self.forks
        )
        # A key is left as it is where another program had the last word.
        self.foreign: set[str] = set()

    @initialize()
    def begin(self) -> None:
        self.counts["schedules"] += 1

    @rule(at=MOMENTS, how=SIGNALS, again=st.booleans())
    def interrupted_at_a_request(self, at: int, how: str, again: bool) -> None:
        process = self._start(self._signals(at, [how, how] if again else [how]))
        self._check(process.wait(), "signal")

    @rule(at=MOMENTS, before=st.booleans(), restoring=st.booleans())
    def killed_at_a_request(self, at: int, before: bool, restoring: bool) -> None:
        command = self._command(restoring)
        self._hook(lambda call: self._kill(call, at), before=before)
        self.process = self.live.start(*command)
        self._check(self.process.wait(), "kill at a request")

    @rule(
        at=SYSTEM_CALLS,
        how=st.sampled_from(["kill", "kill after", "full", "full once", "SIGINT", "SIGTERM"]),
        restoring=st.booleans(),
    )
    def system_call(self, at: int, how: str, restoring: bool) -> None:
        fault = {"at": at, "how": how}
        self._check(self.live.run(*self._command(restoring), fault=fault), f"{how} at a call")

    @rule(at=MOMENTS, length=st.integers(1, 3), failure=FAILURES)
    def server_fails(self, at: int, length: int, failure: object) -> None:
        self.account.before = lambda call: (
            failure if at <= self._number(call) < at + length else None
        )
        self._check(self._run(), f"server {'drops' if failure is DROP else failure}")

    @rule(at=MOMENTS)
    def token_revoked(self, at: int) -> None:
        token = self.account.token

        def revoke(call: Call) -> None:
            if self._number(call) == at:
                self.account.token = "sk_test_revoked-by-its-owner"

        self.account.before = revoke
        ended = self._run()
        self.account.token = token
        self._check(ended, "token revoked")

    @rule(at=MOMENTS, key=st.integers(0, 2), limit=st.integers(5_000, 6_000))
    def another_program_changes_a_key(self, at: int, key: int, limit: int) -> None:
        key_id = self.live.named[key]

        def change(call: Call) -> None:
            if self._number(call) == at:
                self.account.keys[key_id]["activations_limit"] = limit
                self.foreign.add(key_id)

        self.account.after = change
        self._check(self._run(), "foreign change")

    @rule(clock=CLOCKS)
    def clock_jumps(self, clock: str) -> None:
        self._check(self._run(clock=clock), "clock")

    @rule(same_journal=st.booleans())
    def second_run(self, same_journal: bool) -> None:
        process = self._start(lambda _: None)
        journal = [] if same_journal else ["--journal", f"{self.folder.name}/second.jsonl"]
        second = self.live.run("--budget", str(BUDGET), *journal)
        first = process.wait()
        self._check(first, "two runs")
        self._check(second, "two runs")

    @rule(number=st.integers(1, 2), killed=st.booleans())
    def creation_is_cut_off(self, number: int, killed: bool) -> None:
        posts = 0

        def cut(call: Call) -> object:
            nonlocal posts
            posts += call.method == "POST" and call.path == "/license_keys"
            if posts != number:
                return None
            if killed:
                self.process.signal(signal.SIGKILL)
            return DROP

        self._begin()
        self.account.after = cut
        self.process = self.live.start("--budget", "40", "--create-keys", "cus_1,pdt_1")
        self._check(self.process.wait(), "creation cut off")

    @rule()
    def restored(self) -> None:
        self._check(self.live.restore(), "restore")

    def teardown(self) -> None:
        try:
            self._finish()
        finally:
            self.server.__exit__(None, None, None)
            self.folder.cleanup()

    def _finish(self) -> None:
        changed = set(self.live.changed)
        healthy = self.live.restore()
        second = Path(self.folder.name, "second.jsonl")
        others = [self.live.restore("--journal", str(second))] if second.exists() else []
        for ended in (healthy, *others):
            assert ended.code in (0, 2), ended.said
            assert "Traceback" not in ended.errors
        said = "".join(each.said for each in (healthy, *others))
        for key_id in self.live.changed:
            assert key_id in self.foreign or key_id in said, (key_id, said)
            self.counts["keys at the end: named in the output"] += key_id in said
            self.counts["keys at the end: as another program set them"] += key_id not in said
        self.counts["keys at the end: restored"] += len(changed - {*self.live.changed})
        self.live.check_allowlist()
        tokens = {call.authorization for call in self.account.log}
        assert f"Bearer {self.account.token}" in tokens or len(tokens) <= 1

    def _command(self, restoring: bool) -> tuple[str, ...]:
        self._begin()
        self.is_restore = restoring
        return ("restore",) if restoring else ("--budget", str(BUDGET))

    def _begin(self) -> None:
        self.offset = len(self.account.log)
        self.is_restore = False
        self.account.before = self.account.after = lambda _: None

    def _number(self, call: Call) -> int:
        """The number of a request since the command began."""
        return call.number - self.offset

    def _run(self, **more: Any) -> Ended:
        before, after = self.account.before, self.account.after
        self._begin()
        self.account.before, self.account.after = before, after
        return self.live.run("--budget", str(BUDGET), **more)

    def _start(self, hook: Any) -> Any:
        self._begin()
        self.account.after = hook
        self.process = self.live.start("--budget", str(BUDGET))
        return self.process

    def _hook(self, hook: Any, *, before: bool) -> None:
        if before:
            self.account.before = hook
        else:
            self.account.after = hook

    def _kill(self, call: Call, at: int) -> object:
        if self._number(call) != at:
            return None
        self.process.signal(signal.SIGKILL)
        return DROP

    def _signals(self, at: int, names: list[str]) -> Any:
        def send(call: Call) -> None:
            if names and self._number(call) >= at:
                self.process.signal(getattr(signal, names.pop()))

        return send

    def _phase(self) -> str:
        """Where the last command was, as far as its requests show."""
        calls = [call for call in self.account.log if call.number > self.offset]
        if self.is_restore:
            return "in the command restore"
        if any(is_restoring(self.live, call) for call in calls):
            return "while the run restored"
        return "among the checks" if any(call.is_write for call in calls) else "before any change"

    def _check(self, ended: Ended, event: str) -> None:
        self.account.before = self.account.after = lambda _: None
        self.counts["commands"] += 1
        self.counts[f"{event}: exit {ended.code}"] += 1
        if ended.code == KILLED:
            self.counts[f"killed {self._phase()}"] += 1
        assert ended.code in (0, 1, 2, KILLED), ended.said
        assert "Traceback" not in ended.errors, ended.errors
        assert (ended.code == 1) == ("VIOLATES" in ended.output), ended.said
        assert (ended.code != 1) or "VIOLATED" in ended.output, ended.said
        self.live.check_allowlist()
        if ended.code in (0, 1, 2):
            # What is not as before is named, or a journal has it.
            pending = "".join(each.read_text() for each in Path(self.folder.name).rglob("*.jsonl"))
            for key_id in self.live.changed:
                named = key_id in ended.said or key_id in pending
                assert named or "contracttest" in pending, (key_id, ended.said)


@pytest.fixture(name="fork", scope="module")
def fork_fixture() -> Iterator[ForkServer]:
    with fork_server() as server:
        yield server


def _explore(forks: ForkServer, schedules: int, steps: int) -> Counter[str]:
    Schedules.forks, Schedules.counts = forks, Counter()
    run_state_machine_as_test(
        Schedules,
        settings=settings(
            max_examples=schedules,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=False,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
    return Schedules.counts


@pytest.mark.weekly
@pytest.mark.parametrize("part", range(4))
def test_many_schedules(fork: ForkServer, part: int) -> None:
    try:
        counts = _explore(fork, SCHEDULES // 4, 3)
    finally:
        print(f"part {part}:", dict(sorted(Schedules.counts.items())))
    assert counts["schedules"] >= SCHEDULES // 4
    assert counts["commands"] >= counts["schedules"]
