"""`uvkit audit`: what it prints, in which formats, and how it ends."""

from __future__ import annotations

import json
from typing import Any

from .conftest import Cli


def _records(cli: Cli) -> str:
    def record(name: str, project: str, *events: dict[str, str], **more: Any) -> dict[str, Any]:
        package = {"ecosystem": "PyPI", "name": project}
        ranges = [{"type": "ECOSYSTEM", "events": list(events)}]
        return {"id": name, "affected": [{"package": package, "ranges": ranges}], **more}

    rows = [
        record("PYSEC-1", "alpha", {"introduced": "0"}, {"fixed": "2.0"}, summary="it leaks"),
        record("PYSEC-2", "beta", {"introduced": "0"}, database_specific={"severity": "HIGH"}),
    ]
    return str(cli.write("records.json", json.dumps(rows)))


def test_vulnerabilities_are_listed_and_end_with_status_one(cli: Cli) -> None:
    cli.project("alpha", extra='[dependency-groups]\ndev = ["beta"]\n')

    done = cli("audit", "--service-url", _records(cli), status=1)

    assert done.err == "Found 2 known vulnerabilities in 2 packages\n"
    assert done.out == (
        "\nVulnerabilities:\n\n"
        "alpha 1.1 has 1 known vulnerability:\n\n- PYSEC-1: it leaks\n\n  Fixed in: 2.0\n\n"
        "  Advisory information: https://osv.dev/vulnerability/PYSEC-1\n\n"
        "beta 2.0 has 1 known vulnerability:\n\n- PYSEC-2 (high): No summary provided\n\n"
        "  No fix versions available\n\n"
        "  Advisory information: https://osv.dev/vulnerability/PYSEC-2\n\n"
    )


def test_options_say_what_is_looked_at_and_what_is_known(cli: Cli) -> None:
    cli.project("alpha", extra='[dependency-groups]\ndev = ["beta"]\n')
    records = _records(cli)

    without_dev = cli("audit", "--service-url", records, "--no-dev", status=1)
    only_dev = cli("audit", "--service-url", records, "--only-dev", "--ignore-until-fixed", "PYSEC-2", status=1)
    ignored = cli("audit", "--service-url", records, "--ignore", "PYSEC-1", "--ignore", "PYSEC-2", "--ignore", "X")

    assert "Found 1 known vulnerability in 1 package\n" in without_dev.err
    assert only_dev.err == "Found 1 known vulnerability, 1 ignored in 2 packages\n"
    assert "warning: ignored vulnerability `X` does not match any" in ignored.err
    assert ignored.out == ""


def test_the_result_can_be_had_for_machines_and_scanners(cli: Cli) -> None:
    cli.project("alpha")
    records = _records(cli)

    plain = cli("audit", "--service-url", records, "--output-format", "json", status=1)
    sarif = cli("audit", "--service-url", records, "--output-format", "sarif", "--frozen", status=1)

    assert json.loads(plain.out)["summary"]["vulnerabilities"] == 1
    assert json.loads(sarif.out)["runs"][0]["results"][0]["ruleId"] == "PYSEC-1"
