"""The verdict as JUnit XML, for continuous integration: a test case a rule."""

import xml.etree.ElementTree as ET
from typing import Any


def render(document: dict[str, Any]) -> bytes:
    """Write the document of a verdict as JUnit XML in UTF-8.

    A broken rule is a failure where it makes the verdict fail. One that is only our own policy, in
    a run that is not strict, passes with a word in `system-out`. A run that could not come to an
    end, or checked too little, is an error of its own.
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
        ET.SubElement(case, "system-out").text = f"Deviates from our policy.\n{_evidence(rule)}"


def _evidence(rule: dict[str, Any]) -> str:
    lines = [f"{rule['statement']} ({rule['source']})"]
    for each in rule["evidence"]:
        lines += ["", f"expected: {each['expected']}", f"seen: {each['seen']}"]
        if "curl" in each:
            lines.append(each["curl"])
    return "\n".join(lines)
