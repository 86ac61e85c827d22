"""Prints the words that a function of the module passes to its program, one per line.

    powershell_call.py MODULE FUNCTION [NAME=VALUE]...

Follows what the function does with `$arguments`, for parameters and variables with these values; a name that is given twice
is a list, and one that is not given is empty. A line about `$arguments` in any other form is an error, so that no word is
overlooked.
"""

import re
import sys

VALUE = re.compile(r"""'(?P<plain>[^']*)' | "(?P<mixed>[^"]*)" | \(\$(?P<joined>\w+)\ -join\ ','\)
    | (?:Resolve-FilePath\ )?\$(?P<name>\w+)""", re.VERBOSE)
CONDITION = re.compile(r"\$(?:null -ne \$)?(\w+)(?: -ge 0| -is \[string\])?")


def function(source, name):
    start = source.index(f"\nfunction {name} {{")
    return source[start : source.index("\n}\n", start)].splitlines()


def words(text, values):
    """The words of `'a', "b$C"`, `@('a') + $List` and the like."""
    text = re.sub(r"^@\((.*?)\)", r"\1", text)
    found = []
    for part in re.split(r", | \+ ", text) if text else []:
        value = VALUE.fullmatch(part) or sys.exit(f"not understood: {text}")
        if value["plain"] is not None:
            found.append(value["plain"])
        elif value["mixed"] is not None:
            found.append(re.sub(r"\$(\w+)", lambda it: "".join(values.get(it[1].lower(), [])), value["mixed"]))
        elif value["joined"]:
            found.append(",".join(values.get(value["joined"].lower(), [])))
        else:
            found += values.get(value["name"].lower(), [])
    return found


def holds(condition, values):
    """Whether one of `$A -or $B` is given."""
    names = [CONDITION.fullmatch(it) for it in re.split(r" -or ", condition)]
    if None in names:
        return None
    return any(values.get(it[1].lower()) for it in names)


def execute(statement, values):
    if loop := re.fullmatch(r"foreach \(\$(\w+) in \$(\w+)\) \{ (.*) \}", statement):
        for value in values.get(loop[2].lower(), []):
            execute(loop[3], values | {loop[1].lower(): [value]})
    elif choice := re.fullmatch(r"if \((.*?)\) \{ (.*) \}", statement):
        truth = holds(choice[1], values)
        if truth is None:
            sys.exit(f"not understood: {statement}")
        if truth:
            execute(choice[2], values)
    elif change := re.fullmatch(r"\$arguments (\+?)= (.*)", statement):
        added = words(change[2], values)
        values["arguments"][:] = (values["arguments"] if change[1] else []) + added
    else:
        sys.exit(f"not understood: {statement}")


def run(lines, values):
    # For each open block: whether it is executed. Blocks with conditions that are not about parameters have no `else`.
    blocks = [True]
    for line in map(str.strip, lines[2:]):
        if line.startswith("}"):
            last = blocks.pop()
            if line == "} else {":
                blocks.append(blocks[-1] and not last)
                continue
            line = line[1:].strip()
        if line.endswith("{"):
            condition = re.fullmatch(r"if \((.*)\) \{", line)
            truth = holds(condition[1], values) if condition else not line.startswith("catch")
            blocks.append(blocks[-1] and truth is not False)
        elif re.match(r"(if .*|foreach .*)?\$arguments \+?=|.*\{ \$arguments \+?=", line) and all(blocks):
            execute(line, values)


module, name, *given = sys.argv[1:]
values = {"arguments": []}
for it in given:
    key, _, value = it.partition("=")
    values.setdefault(key.lower(), []).append(value)
with open(module, encoding="ascii") as file:
    run(function(file.read(), name), values)
print("\n".join(values["arguments"]))
