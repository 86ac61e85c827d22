"""Reports errors in PowerShell files, found with a grammar of the language, one per line.

Besides syntax errors it finds some that PowerShell reports only when the line runs: a variable that is never set (the module
is strict), a parameter that its function overwrites (names ignore case), a command that neither the module nor
PowerShell 5.1 has, a parameter that the called function does not have, and in a function for users a call that can fail
outside `try`: there an exception of .NET ends its statement only, and the function goes on.
"""

import sys

import tree_sitter
import tree_sitter_powershell

AUTOMATIC = {"_", "true", "false", "null", "myinvocation", "pscmdlet", "psscriptroot", "executioncontext"}
COMMANDS = {
    "convertfrom-json", "convertto-json", "export-modulemember", "foreach-object", "get-childitem", "get-command",
    "get-date", "get-location", "join-path", "new-object", "register-argumentcompleter", "resolve-path", "select-object",
    "set-strictmode", "split-path", "test-path", "update-typedata", "where-object", "write-debug", "write-progress",
    "write-warning",
}


def below(node, *types):
    """Every node of these types, outermost first."""
    for child in node.children:
        if child.type in types:
            yield child
        yield from below(child, *types)


def first(node, *types):
    return next(below(node, *types), None)


def name(variable):
    """The name without `$`, braces and scope, in lower case."""
    return variable.text.decode().strip("$@{}").split(":")[-1].lower()


def is_provided(variable):
    return variable.text.decode().lower().startswith(("$env:", "$global:"))


def assigned(node):
    """The variables that are set here: by `=`, or by `foreach`."""
    for statement in below(node, "assignment_expression", "foreach_statement"):
        variable = first(statement, "variable")
        target = statement.children[0]
        if statement.type == "foreach_statement" or target.text == variable.text:
            yield variable


def parameters(function):
    """The variables of these parameters; those in attributes, such as `Mandatory = $true`, are nested deeper."""
    return [child for it in below(function, "script_parameter") for child in it.children if child.type == "variable"]


def report(node, what):
    print(f"{node.start_point[0] + 1}: {what}")


def check_variables(function, known):
    own = {name(it) for it in parameters(function)}
    for variable in assigned(function):
        if name(variable) in own and not is_provided(variable):
            report(variable, f"{variable.text.decode()} is a parameter")
    known = known | own | {name(it) for it in assigned(function)} | AUTOMATIC
    for variable in below(function, "variable"):
        if name(variable) not in known and not is_provided(variable):
            report(variable, f"nothing sets {variable.text.decode()}")


def check_calls(tree, functions):
    for command in below(tree, "command"):
        called = first(command, "command_name")
        text = called.text.decode().lower() if called else ""
        if text in functions:
            taken = {name(it) for it in parameters(functions[text])}
            for parameter in below(command, "command_parameter"):
                if nearest(parameter, "command").id == command.id:
                    given = parameter.text.decode().lower().lstrip("-").rstrip(":")
                    if given not in taken:
                        report(parameter, f"{called.text.decode()} has no -{given}")
        elif text and text not in COMMANDS:
            report(called, f"there is no {called.text.decode()}")


def check_failures(function):
    block = first(function, "param_block")
    if not block or block.children[0].type != "attribute_list":
        return
    for command in below(function, "command"):
        called = first(command, "command_name").text.decode()
        if called.startswith(("Expand-File", "Invoke-", "Resolve-File")) and not nearest(command, "try_statement"):
            report(command, f"{called} stands outside try")


def nearest(node, kind):
    """The innermost node of this type around another, if there is one."""
    node = node.parent
    while node and node.type != kind:
        node = node.parent
    return node


def check(tree):
    for node in below(tree, "ERROR"):
        report(node, f"syntax: {node.text.decode()!r}")
    if tree.has_error and not list(below(tree, "ERROR")):
        print("syntax: something is missing")
    functions = {}
    for function in below(tree, "function_statement"):
        functions[first(function, "function_name").text.decode().lower()] = function
    inside = {variable.id for it in functions.values() for variable in below(it, "variable")}
    outside = {name(it) for it in assigned(tree) if it.id not in inside}
    for function in functions.values():
        check_variables(function, outside)
        check_failures(function)
    check_calls(tree, functions)


parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        check(parser.parse(file.read()).root_node)
