"""Checks what WriteLabelStudio and LabelStudioConfig write with Label Studio's own library.

pip install label-studio-sdk
go test ./eval/exchange -run RoundTrip -update && python eval/exchange/testdata/check.py
"""
import json
import pathlib

from label_studio_sdk.label_interface import LabelInterface

here = pathlib.Path(__file__).parent
interface = LabelInterface((here / "config.xml").read_text())
interface.validate()
tasks = json.loads((here / "tasks.json").read_text())
for task in tasks:
    assert interface.validate_task({"data": task["data"]}), task["data"]
    for one in task.get("predictions", []):
        errors = interface.validate_prediction(one, return_errors=True)
        assert not errors, errors
    for one in task.get("annotations", []):
        assert interface.validate_annotation(one), one
assert not interface.validate_prediction({"result": [{**tasks[0]["predictions"][0]["result"][0], "value": {"choices": ["nonsense"]}}]}), "the check checks nothing"
print(f"{len(tasks)} tasks fit the configuration")
