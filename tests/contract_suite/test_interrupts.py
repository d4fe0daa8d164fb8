"""An interrupt is not lost, even where nobody can raise an exception."""

import gc
import os
import signal
from collections.abc import Iterator

import pytest
from dodo_license_mock import LicenseMock

from contract_tests.options import Options
from contract_tests.run.interrupts import INTERRUPTS
from contract_tests.transport.asgi import Application, Message, Receive, Send
from tests.contract_suite.runs import run_in_process


@pytest.fixture(autouse=True)
def interrupts() -> Iterator[None]:
    before = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    INTERRUPTS.watch()
    yield
    INTERRUPTS.came = False
    for each, handler in zip((signal.SIGINT, signal.SIGTERM), before, strict=True):
        signal.signal(each, handler)


def _interrupted_after(application: Application, requests: int) -> Application:
    """An application that asks for the end, where the exception is lost, at one request."""
    left = requests

    async def counting(scope: Message, receive: Receive, send: Send) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            INTERRUPTS.came = True
        await application(scope, receive, send)

    return counting


@pytest.mark.parametrize("requests", [40, 300])
def test_lost_interrupt_ends_the_run(requests: int) -> None:
    mock = LicenseMock()
    application = _interrupted_after(mock.app, requests)
    verdict = run_in_process(mock, Options(profile="quick"), application)
    assert verdict.outcome == "inconclusive"
    assert verdict.reason == "the run was interrupted"
    assert verdict.requests < requests + 40


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_signal_in_a_callback_of_the_garbage_collector_is_remembered() -> None:
    def callback(_phase: str, _info: dict[str, int]) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    gc.callbacks.append(callback)
    try:
        gc.collect()
    finally:
        gc.callbacks.remove(callback)
    assert INTERRUPTS.came
