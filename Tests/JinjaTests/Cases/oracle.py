"""Renders every case of the *.yml files beside it with the real Jinja2 and prints the results as JSON.

With ansible-core installed its own engine answers, otherwise plain Jinja2, which leaves out what only Ansible knows.
"""
import glob
import json
import os
import sys
import tempfile

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

    class Undefined(jinja2.ChainableUndefined, jinja2.StrictUndefined):
        """An error when it is used, also inside a list, but not when something of it is asked for."""

    def finalize(value):
        """As Ansible shows values: null as nothing, and lists for whatever is like a list."""
        return "" if value is None else plain(value)

    def plain(value):
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items()}
        if isinstance(value, (list, tuple, range)) or hasattr(value, "__next__") or "dict_" in type(value).__name__:
            return [plain(item) for item in value]
        if isinstance(value, jinja2.Undefined):
            str(value)
        return value

    ansible_only = ("#jinja2:", "lookup(", "query(", "omit", "seed=")

    def answer(case, variables, folder):
        if "template" not in case or any(word in case["template"] for word in ansible_only):
            raise Skipped
        environment = jinja2.Environment(
            undefined=Undefined, trim_blocks=True, finalize=finalize, loader=jinja2.FileSystemLoader(folder))
        try:
            text = environment.from_string(case["template"]).render(variables)
        except (jinja2.TemplateAssertionError, jinja2.TemplateRuntimeError) as error:
            if "No filter named" in str(error) or "No test named" in str(error):
                raise Skipped
            raise
        missing = trailing(case["template"]) - trailing(text)
        return text + "\n" * max(0, missing)

    def trailing(text):
        return len(text) - len(text.rstrip("\n"))

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
