"""Renders every case of the *.yml files beside it with the real Jinja2 and prints the results as JSON.

With ansible-core installed its own engine answers, otherwise plain Jinja2, which leaves out what only Ansible knows.
"""
import glob
import json
import os
import sys
import tempfile
import traceback

import yaml


def ansible_answers():
    from ansible.parsing.dataloader import DataLoader
    from ansible.template import Templar, trust_as_template

    def answer(case, variables, folder):
        loader = DataLoader()
        loader.set_basedir(folder)
        templar = Templar(loader=loader, variables=variables)
        if "condition" in case:
            return templar.evaluate_conditional(trust_as_template(case["condition"]))
        if "text" in case:
            return templar.template(trust_as_template(case["text"]))
        result = templar.template(trust_as_template(case["template"]), escape_backslashes=False)
        return "" if result is None else result if isinstance(result, str) else str(result)

    return answer


def jinja_answers():
    import jinja2

    def answer(case, variables, folder):
        environment = jinja2.Environment(
            undefined=jinja2.StrictUndefined, trim_blocks=True, keep_trailing_newline=True,
            finalize=lambda value: "" if value is None else value, loader=jinja2.FileSystemLoader(folder))
        try:
            template = environment.from_string(case["template"])
        except jinja2.TemplateAssertionError:
            raise Skipped
        return template.render(variables)

    return answer


class Skipped(Exception):
    pass


def main(folder):
    try:
        answer, engine = ansible_answers(), "ansible"
    except ImportError:
        answer, engine = jinja_answers(), "jinja2"
    results = []
    for path in sorted(glob.glob(os.path.join(folder, "*.yml"))):
        with open(path) as file:
            document = yaml.safe_load(file)
        for index, case in enumerate(document["cases"]):
            results.append(dict(file=os.path.basename(path), index=index, **result(answer, case, document)))
    print(json.dumps({"engine": engine, "results": results}))


def result(answer, case, document):
    variables = dict(document.get("vars") or {}, **(case.get("vars") or {}))
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (document.get("files") or {}).items():
            with open(os.path.join(folder, name), "w") as file:
                file.write(text)
        try:
            return {"value": answer(case, variables, folder)}
        except (Skipped, KeyError):
            return {"skipped": True}
        except Exception as error:
            return {"refused": str(error)}


main(sys.argv[1])
