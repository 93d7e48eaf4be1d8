"""Schemathesis asks everything the definition describes, and much that it does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,unsupported_method"
)


def test_no_question_breaks_the_service_or_its_definition(
    server: str, clients_python: Path, run_program: Callable[..., str], tmp_path: Path
) -> None:
    """A fixed seed: a run that decides about a landing asks the same questions each time."""
    told = run_program(
        clients_python.with_name("schemathesis"),
        "run",
        f"{server}/ogc/api",
        "--url",
        f"{server}/ogc",
        "--checks",
        CHECKS,
        "--seed",
        "20261122",
        "--max-examples",
        "25",
        "--phases",
        "coverage,fuzzing",
        "--generation-database",
        "none",
        "--continue-on-failure",
        "--no-color",
    )
    assert "Tested: " in told
    assert "failures" not in told.splitlines()[-1]
