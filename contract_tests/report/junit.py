"""Renders a verdict as JUnit XML with one test case per rule."""

import xml.etree.ElementTree as ET
from typing import Any


def render(document: dict[str, Any]) -> bytes:
    """Render the verdict document as JUnit XML in UTF-8.

    A rule is a failure if it fails the run. A known violation, and a violated policy rule in a run
    without `--strict`, pass and are reported in `system-out`. A run that is incomplete or
    inconclusive adds a test case with an error.
    """
    suite = ET.Element("testsuite", name="contract", time=f"{document['seconds']:.3f}")
    properties = ET.SubElement(suite, "properties")
    for name, value in (("target", document["target"]), ("contract", document["spec"]["version"])):
        ET.SubElement(properties, "property", name=name, value=value)
    for rule in document["rules"]:
        _add_rule(suite, rule)
    if document["verdict"] == "inconclusive" or not document["complete"]:
        case = ET.SubElement(suite, "testcase", classname="run", name="complete")
        ET.SubElement(case, "error", message=document["reason"])
    counts = {"tests": "testcase", "failures": "testcase/failure", "errors": "testcase/error"}
    for name, path in (counts | {"skipped": "testcase/skipped"}).items():
        suite.set(name, str(len(suite.findall(path))))
    suites = ET.Element("testsuites")
    suites.append(suite)
    ET.indent(suites)
    content: bytes = ET.tostring(suites, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _add_rule(suite: ET.Element, rule: dict[str, Any]) -> None:
    area = rule["id"].partition(".")[0]
    seconds = sum(each.get("seconds", 0) for each in rule["evidence"])
    case = ET.SubElement(suite, "testcase", classname=area, name=rule["id"], time=f"{seconds:.3f}")
    if rule["status"] == "skipped":
        ET.SubElement(case, "skipped", message=rule["why"])
    elif rule["fails"]:
        message = rule["why"] or f"{rule['id']} holds again: remove it from the known violations"
        failure = ET.SubElement(case, "failure", message=message, type=rule["level"])
        failure.text = _evidence(rule)
    elif rule["status"] == "violated":
        known = rule["known"]
        text = "Deviates from project policy." if known is None else _known(known)
        ET.SubElement(case, "system-out").text = f"{text}\n{_evidence(rule)}"


def _known(known: dict[str, str]) -> str:
    return f"Known since {known['since']}, accepted until {known['until']}: {known['reason']}"


def _evidence(rule: dict[str, Any]) -> str:
    lines = [f"{rule['statement']} Source: {rule['source_text']}."]
    for each in rule["evidence"]:
        lines += ["", f"expected: {each['expected']}", f"seen: {each['seen']}"]
        if "curl" in each:
            lines.append(each["curl"])
    return "\n".join(lines)
