"""Renders a verdict as JUnit XML with one test case per rule."""

import xml.etree.ElementTree as ET
from typing import Any


def render(document: dict[str, Any]) -> bytes:
    """Render the verdict document as JUnit XML in UTF-8.

    A violated rule is a failure if it fails the run. A violated policy rule in a run without
    `--strict` passes and is reported in `system-out`. A run that is incomplete or inconclusive adds
    a test case with an error.
    """
    suite = ET.Element("testsuite", name="contract", time=f"{document['seconds']:.3f}")
    properties = ET.SubElement(suite, "properties")
    for name, value in (("target", document["target"]), ("contract", document["spec"]["version"])):
        ET.SubElement(properties, "property", name=name, value=value)
    for rule in document["rules"]:
        _add_rule(suite, rule, document["strict"])
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


def _add_rule(suite: ET.Element, rule: dict[str, Any], strict: bool) -> None:
    area = rule["id"].partition(".")[0]
    seconds = sum(each.get("seconds", 0) for each in rule["evidence"])
    case = ET.SubElement(suite, "testcase", classname=area, name=rule["id"], time=f"{seconds:.3f}")
    if rule["status"] == "skipped":
        ET.SubElement(case, "skipped", message=rule["why"])
    elif rule["status"] == "violated" and (strict or rule["level"] == "contract"):
        failure = ET.SubElement(case, "failure", message=rule["why"], type=rule["level"])
        failure.text = _evidence(rule)
    elif rule["status"] == "violated":
        ET.SubElement(case, "system-out").text = f"Deviates from project policy.\n{_evidence(rule)}"


def _evidence(rule: dict[str, Any]) -> str:
    lines = [f"{rule['statement']} Source: {rule['source_text']}."]
    for each in rule["evidence"]:
        lines += ["", f"expected: {each['expected']}", f"seen: {each['seen']}"]
        if "curl" in each:
            lines.append(each["curl"])
    return "\n".join(lines)
