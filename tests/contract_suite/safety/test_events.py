"""What happens to a run on a live account, event by event, on a server that logs every write."""

import base64
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from contract_tests.errors import CannotRunError
from contract_tests.options import parse
from tests.contract_suite.safety.account_server import DROP, Account, Call, serve
from tests.contract_suite.safety.commands import ROOT, ForkServer, environment, run, start
from tests.contract_suite.safety.live_account import LiveAccount, is_restoring


def _slow(value: object) -> object:
    return pytest.param(value, marks=pytest.mark.slow)


def test_run_without_an_event(live: LiveAccount) -> None:
    ended = live.run("--strict")
    assert ended.code == 0, ended.said
    assert live.is_as_before
    assert len(live.account.log) <= 100
    live.check_allowlist()
    assert live.restore().output.endswith("no keys to restore\n")


def test_run_on_a_server_that_speaks_http_1_0(tmp_path: Path, forks: ForkServer) -> None:
    account = Account.of()
    with serve(account, "HTTP/1.0") as base_url:
        live = LiveAccount(account, base_url, tmp_path, forks)
        ended = live.run("--strict")
    assert ended.code == 0, ended.said
    assert live.is_as_before


# 1. The journal is authentic.


@pytest.mark.parametrize("member", ["base_url", _slow("id"), _slow("activations_limit")])
def test_changed_journal_is_rejected_and_no_token_leaves(live: LiveAccount, member: str) -> None:
    assert live.kill_after_writes(5).code == -9
    with serve(Account.of()) as elsewhere:
        (journal,) = live.journals
        text = journal.read_text()
        changed = {
            "base_url": text.replace(live.base_url, elsewhere),
            "id": text.replace("lic_named0", "lic_other0"),
            "activations_limit": text.replace('"activations_limit": 3', '"activations_limit": 9'),
        }[member]
        assert changed != text
        journal.write_text(changed)
        requests = len(live.account.log)
        for arguments in ([], ["--journal", str(journal)]):
            ended = live.restore(*arguments)
            assert ended.code == 2
            assert "was changed" in ended.errors
            assert "Traceback" not in ended.errors
        assert len(live.account.log) == requests
    journal.write_text(text)
    assert live.restore().code == 0
    assert live.is_as_before


@pytest.mark.slow
def test_journal_of_another_token_is_rejected_until_that_token_is_named(live: LiveAccount) -> None:
    live.kill_after_writes(5)
    old, live.account.token = live.account.token, "sk_test_the-next-token-of-it"
    ended = live.restore()
    assert (ended.code, live.is_as_before) == (2, False)
    assert "DODO_PAYMENTS_PREVIOUS_API_KEY" in ended.errors
    ended = live.restore(variables={"DODO_PAYMENTS_PREVIOUS_API_KEY": old})
    assert (ended.code, live.is_as_before) == (0, True), ended.said


def test_restore_of_another_target_or_other_keys_is_rejected(live: LiveAccount) -> None:
    live.kill_after_writes(5)
    journal = str(live.journals[0])
    requests = len(live.account.log)
    ended = live.restore("--journal", journal, "--base-url", "http://127.0.0.1:9")
    assert ended.code == 2
    assert f"belong to {live.base_url}, not to http://127.0.0.1:9" in ended.errors
    ended = live.restore("--journal", journal, "--key-id", "lic_other0")
    assert ended.code == 2
    assert "does not have lic_other0" in ended.errors
    assert len(live.account.log) == requests
    names = [word for each in live.named for word in ("--key-id", each)]
    ended = live.restore("--journal", journal, "--base-url", live.base_url, *names)
    assert (ended.code, live.is_as_before) == (0, True), ended.said


# 2 and 3. Two runs.


@pytest.mark.slow
def test_second_run_with_the_same_journal_or_the_same_keys_does_not_start(
    live: LiveAccount, tmp_path: Path
) -> None:
    arrived, proceed = threading.Event(), threading.Event()

    def pause(call: Call) -> None:
        if len(live.writes) == 5 and call.is_write:
            arrived.set()
            live.account.lock.release()
            proceed.wait(60)
            live.account.lock.acquire()

    live.account.before = pause
    first = live.start("--journal", str(tmp_path / "one.jsonl"))
    assert arrived.wait(60)
    for journal, key_ids, what in (
        ("one.jsonl", ["lic_other0"], "the journal"),
        ("two.jsonl", live.named[:1], "the key lic_named0"),
    ):
        second = live.run("--journal", str(tmp_path / journal), key_ids=key_ids)
        assert second.code == 2
        assert f"another run uses {what}" in second.errors
    restoring = live.restore("--journal", str(tmp_path / "one.jsonl"))
    assert restoring.code == 2
    assert "another run uses" in restoring.errors
    first.signal(signal.SIGKILL)
    proceed.set()
    first.wait()
    assert not live.is_as_before
    live.account.before = lambda _: None
    assert live.restore("--journal", str(tmp_path / "one.jsonl")).code == 0
    assert live.is_as_before


@pytest.mark.slow
def test_two_runs_on_two_machines_end_inconclusive_and_name_what_they_leave(
    live: LiveAccount, tmp_path: Path
) -> None:
    """Each machine has its own state directory, and so its own locks."""
    states = [{"XDG_STATE_HOME": str(tmp_path / name)} for name in ("one", "two")]
    runs = [live.start("--profile", "quick", variables=each) for each in states]
    ended = [each.wait() for each in runs]
    assert {each.code for each in ended} <= {0, 2}, "\n".join(each.said for each in ended)
    assert 2 in {each.code for each in ended}
    for key_id in live.changed:
        assert any(f"{key_id} was not restored" in each.errors for each in ended)
    live.check_allowlist()


def test_change_by_another_program_stops_the_run_and_stays(live: LiveAccount) -> None:
    def change(call: Call) -> None:
        if len(live.writes) == 12 and call.is_write:
            live.account.keys["lic_named0"]["activations_limit"] = 4321

    live.account.after = change
    ended = live.run("--profile", "quick", "--strict")
    assert ended.code == 2, ended.output
    assert "another program change" in ended.output
    assert live.account.keys["lic_named0"]["activations_limit"] in (3, 4321)
    for key_id in live.changed:
        assert f"{key_id} was not restored" in ended.errors
    assert "restore --journal" in ended.errors or not live.changed


# 4. The token.


@pytest.mark.parametrize("number", [20, _slow(4), _slow(60)])
def test_token_that_is_revoked_is_inconclusive(live: LiveAccount, number: int) -> None:
    token = live.account.token

    def revoke(call: Call) -> None:
        if call.number == number:
            live.account.token = "sk_test_another-one-entirely"

    live.account.before = revoke
    ended = live.run("--strict")
    assert ended.code == 2, ended.output
    assert "rejects the token" in ended.said
    assert "VIOLATED" not in ended.output
    assert all(each in ended.errors for each in live.changed)
    live.account.before = lambda _: None
    live.account.token = token
    assert live.restore().code == 0
    assert live.is_as_before


# 5. Signals.


@pytest.mark.parametrize("name", ["SIGHUP", *map(_slow, ("SIGINT", "SIGTERM", "SIGQUIT"))])
def test_signal_ends_the_run_and_restores(live: LiveAccount, name: str) -> None:
    process = live.start()
    live.account.after = lambda call: (
        process.signal(getattr(signal, name)) if call.number == 30 else None
    )
    ended = process.wait()
    assert ended.code == 2, ended.said
    assert "interrupted" in ended.said
    assert live.is_as_before


def test_first_signal_while_restoring_is_ignored_and_the_second_names_the_command(
    live: LiveAccount,
) -> None:
    process = live.start()
    signals = 1

    def interrupt(call: Call) -> None:
        nonlocal signals
        if signals and is_restoring(live, call):
            signals -= 1
            process.signal(signal.SIGINT)
            time.sleep(0.1)

    live.account.after = interrupt
    ended = process.wait()
    assert "the keys are being restored" in ended.errors
    assert live.is_as_before

    process = live.start()
    signals = 2
    ended = process.wait()
    assert ended.code == 2
    live.account.after = lambda _: None
    command = ended.errors.partition("keys may remain changed: run ")[2].splitlines()[0]
    assert command.startswith("python -m contract_tests restore --journal ")
    assert live.restore("--journal", command.rpartition(" ")[2]).code == 0
    assert live.is_as_before


@pytest.mark.slow
def test_closed_terminal_does_not_keep_the_keys_changed(live: LiveAccount) -> None:
    variables = environment(live.folder, live.account.token, live.named)
    process = start(["--base-url", live.base_url, "--profile", "live"], variables)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    process.stderr.close()
    live.account.after = lambda call: (
        process.send_signal(signal.SIGHUP) if call.number == 30 else None
    )
    assert process.wait(120) == 2
    assert live.is_as_before


# 6. The disk.


@pytest.mark.parametrize("at", [7, *map(_slow, range(1, 7)), *map(_slow, range(8, 17))])
def test_full_disk_keeps_no_key_changed(live: LiveAccount, at: int) -> None:
    ended = live.run("--budget", "25", fault={"at": at, "how": "full"})
    assert live.is_as_before
    assert ended.code == 2
    assert "cannot be written: No space left on device" in ended.errors
    assert "Traceback" not in ended.errors
    assert live.restore().code == 0
    assert live.is_as_before


def test_read_only_folder(live: LiveAccount, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root writes to read-only folders")
    folder = tmp_path / "read-only"
    folder.mkdir(mode=0o500)
    ended = live.run("--journal", str(folder / "journal.jsonl"))
    assert ended.code == 2
    assert "cannot be written" in ended.errors
    assert live.writes == []


# 7. Exit code 1 means a violation.


def test_budget_that_is_too_small_is_one_sentence(live: LiveAccount) -> None:
    ended = live.run("--budget", "10")
    assert ended.code == 2
    assert ended.errors == (
        "contract_tests: a budget of 10 requests is too small to read and to restore 3 keys: "
        "use --budget 17 or more, or fewer keys\n"
    )
    assert live.account.log == []


@pytest.mark.parametrize(
    "content",
    [
        _slow(""),
        _slow("{}\n"),
        _slow("[]\n"),
        _slow('{"saved": 7, "mac": "00"}\n'),
        '{"saved": {"id": "../x y\\n", "marker": [], "base_url": 5}, "mac": "00"}\n',
        _slow("[" * 100_000 + "\n"),
        _slow('{"mac": null}\n'),
    ],
)
def test_odd_journal_is_one_sentence_and_does_not_keep_the_others(
    live: LiveAccount, content: str
) -> None:
    live.kill_after_writes(5)
    odd = live.journals[0].with_name("0.jsonl")
    odd.write_text(content)
    ended = live.restore()
    assert ended.code == 2
    assert live.is_as_before
    lines = ended.errors.splitlines()
    assert len(lines) == 1, lines
    assert str(odd) in lines[0]


@pytest.mark.slow
def test_internal_error_is_exit_code_2_and_restores(live: LiveAccount) -> None:
    variables = environment(live.folder, live.account.token, live.named)
    variables["PYTHONPATH"] = f"{live.folder}:{ROOT}"
    (live.folder / "sitecustomize.py").write_text(
        "import contract_tests.run.plugin as plugin\n"
        "def broken(*_):\n"
        "    raise KeyError('key')\n"
        "plugin.Plugin.pytest_sessionfinish = broken\n"
    )
    arguments = ["--base-url", live.base_url, "--profile", "live", "--budget", "30"]
    ended = run(arguments, variables)
    assert ended.code == 2, ended.said
    assert "internal error, not a violation" in ended.errors
    assert "Traceback" not in ended.errors
    assert live.is_as_before
    ended = run([*arguments, "--debug"], variables)
    assert ended.code == 2
    assert "Traceback" in ended.errors
    assert live.is_as_before


@pytest.mark.slow
def test_key_that_cannot_be_restored_is_exit_code_2(live: LiveAccount) -> None:
    live.account.before = lambda call: 500 if is_restoring(live, call) else None
    ended = live.run("--budget", "40")
    assert ended.code in (1, 2)
    assert (ended.code == 1) == ("VIOLATED" in ended.output)
    assert live.changed
    assert all(f"{each} was not restored" in ended.errors for each in live.changed)
    ended = live.restore()
    assert ended.code == 2
    assert all(each in ended.errors for each in live.changed)
    live.account.before = lambda _: None
    assert live.restore().code == 0
    assert live.is_as_before


# 8. Created keys.


@pytest.mark.parametrize("number", [1, _slow(2)])
def test_created_key_whose_response_is_lost_is_disabled(live: LiveAccount, number: int) -> None:
    process = live.start("--create-keys", "cus_1,pdt_1")
    posts = 0

    def kill(call: Call) -> object:
        nonlocal posts
        posts += call.method == "POST" and call.path == "/license_keys"
        if posts == number:
            process.signal(signal.SIGKILL)
            return DROP
        return None

    live.account.after = kill
    assert process.wait().code == -9
    live.account.after = lambda _: None
    assert [each for each in live.changed if each.startswith("lic_created")]
    ended = live.restore()
    assert (ended.code, live.changed) == (0, []), ended.said


@pytest.mark.slow
def test_created_key_is_disabled_if_the_connection_breaks(live: LiveAccount) -> None:
    live.account.after = lambda call: (
        DROP if call.method == "POST" and call.path == "/license_keys" else None
    )
    ended = live.run("--create-keys", "cus_1,pdt_1")
    assert ended.code == 2
    assert "creates no key for --create-keys: no response came" in ended.errors
    assert len(live.account.keys) > len(live.before[0])
    assert live.changed == []


# 9. Live mode.

LIVE = "live.dodopayments.com"


@pytest.mark.parametrize(
    "url",
    [
        f"https://{LIVE}",
        f"https://{LIVE}.",
        f"http://{LIVE}.:80",
        f"https://{LIVE.upper()}",
        "https://live.dodopayments.com:443",
        "https://\uff4cive.dodopayments.com",
        "https://live\u3002dodopayments\uff0ecom",
        "https://104.18.0.1",
        "https://[2606:4700::1]",
        "https://[::ffff:104.18.0.1]",
        "https://1746010113",
        "https://0x68.0x12.0.1",
    ],
)
def test_every_form_of_the_live_host_needs_permission(url: str) -> None:
    variables = {"DODO_PAYMENTS_API_KEY": "token"}
    arguments = ["--base-url", url, "--allow-http"]
    with pytest.raises(CannotRunError, match=LIVE):
        parse(arguments, variables)
    assert parse([*arguments, "--allow-live-mode"], variables).base_url == url


@pytest.mark.parametrize(
    "url", [f"https://user@{LIVE}", f"https://user:password@{LIVE}", f"https://{LIVE}@evil.example"]
)
def test_userinfo_is_rejected(url: str) -> None:
    with pytest.raises(CannotRunError, match="only scheme, host and port"):
        parse(["--base-url", url, "--allow-live-mode"], {"DODO_PAYMENTS_API_KEY": "token"})


def test_http_to_another_machine_needs_permission() -> None:
    variables = {"DODO_PAYMENTS_API_KEY": "token"}
    arguments = ["--base-url", "http://test.example"]
    with pytest.raises(CannotRunError, match="unencrypted: use https or add --allow-http"):
        parse(arguments, variables)
    assert parse([*arguments, "--allow-http"], variables).base_url == "http://test.example"
    for own in ("http://localhost:1", "http://127.0.0.2:1", "http://[::1]:1", "http://a.localhost"):
        assert parse(["--base-url", own], variables).base_url == own


# 11. Bounds.


@pytest.mark.slow
def test_truncated_journal_is_reported_until_it_is_deleted(live: LiveAccount) -> None:
    live.kill_after_writes(5)
    (journal,) = live.journals
    lines = journal.read_bytes().splitlines(keepends=True)
    for cut in (b"".join(lines[:-1]), b"".join(lines[:-2]), b"".join(lines)[:-40], lines[0], b""):
        journal.write_bytes(cut)
        for _ in range(2):
            ended = live.restore("--journal", str(journal))
            assert ended.code == 2
            assert "is incomplete" in ended.errors
        assert "is incomplete" in live.run().errors
    journal.write_bytes(b"".join(lines))
    assert live.restore().code == 0
    assert live.is_as_before


@pytest.mark.slow
@pytest.mark.parametrize("status", [503, 429, 500, 404])
def test_budget_is_never_exceeded(live: LiveAccount, status: int) -> None:
    live.account.before = lambda call: status if call.number > 30 and call.number % 3 else None
    ended = live.run("--budget", "60", "--strict")
    assert len(live.account.log) <= 60
    assert all(each in ended.errors for each in live.changed)
    live.account.before = lambda _: None
    assert live.restore().code == 0
    assert live.is_as_before


# 12. Another suite in the same account.


@pytest.mark.slow
def test_another_suite_on_other_keys_is_no_deviation(live: LiveAccount, tmp_path: Path) -> None:
    others = ["lic_other0", "lic_other1"]
    states = [{"XDG_STATE_HOME": str(tmp_path / name)} for name in ("one", "two")]
    runs = [
        live.start("--profile", "quick", "--strict", variables=state, key_ids=key_ids)
        for state, key_ids in zip(states, (live.named, others), strict=True)
    ]
    for each in runs:
        ended = each.wait()
        assert ended.code == 0, ended.output
    assert live.is_as_before


@pytest.mark.slow
def test_encoded_secret_of_a_server_is_in_no_report(live: LiveAccount, tmp_path: Path) -> None:
    """The whole way: the server echoes the token, and the run writes its reports."""
    token = live.account.token
    encoded = base64.b64encode(f"user:{token}".encode()).decode()
    handle = live.account.handle

    def echo(call: Call) -> object:
        status, content = handle(call)
        if status >= 400:
            content = {"code": "ECHO", "message": f"{token[::-1]} {encoded} {token.encode().hex()}"}
        return status, content

    live.account.handle = echo  # type: ignore[assignment, method-assign]
    ended = live.run("--report", str(tmp_path / "report"))
    assert ended.code == 1
    texts = [ended.said, *(each.read_text() for each in (tmp_path / "report").iterdir())]
    for text in texts:
        assert not any(each in text for each in (token[::-1], encoded, token.encode().hex()))
