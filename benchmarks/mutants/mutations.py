"""The mutation tool: runs in an environment of its own and writes the drawn mutants as JSON to standard output.

Operators are those that people could have got wrong: a limit, a sign, a condition, a number, a loop left out. An
operator has one or two counterparts here, not the eleven of cosmic-ray, most of which no Python type knows.
"""

import ast
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

from benchmarks.mutants.mutant import Mutant, Place, changed_lines, draw

COMPARISONS = ("Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is")
LIMITS = ("Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt", "Gt_GtE", "Gt_LtE", "GtE_Gt", "GtE_Lt")
ARITHMETIC = ("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "FloorDiv_Div", "Mod_Mul", "Pow_Mul")
SETS = ("BitOr_BitAnd", "BitAnd_BitOr", "BitXor_BitOr")
OPERATORS = (
    *(f"ReplaceComparisonOperator_{name}" for name in COMPARISONS + LIMITS),
    *(f"ReplaceBinaryOperator_{name}" for name in ARITHMETIC + SETS),
    *(f"ReplaceUnaryOperator_{name}" for name in ("USub_UAdd", "Delete_Not", "Delete_Invert")),
    "AddNot",
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak",
    "ExceptionReplacer",
    "NumberReplacer",
    "RemoveDecorator",
    "ZeroIterationForLoop",
)

Span = tuple[tuple[int, int], tuple[int, int]]


def not_for_tests(code: str) -> list[Span]:
    """Where a change proves nothing: types and `frozen` are the type checker's matter, and no path is multiplied."""
    found: list[Span] = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            found.append(_span(node.annotation))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is not None:
            found.append(_span(node.returns))
        elif isinstance(node, ast.keyword) and node.arg == "frozen":
            found.append(_span(node.value))
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and _is_path(node):
            found.append((_span(node.left)[1], _span(node.right)[0]))
    return found


def _span(node: ast.expr) -> Span:
    return (node.lineno, node.col_offset), (node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)


def _is_path(node: ast.expr) -> bool:
    """A name in quotes is divided by, here or further left."""
    if not isinstance(node, ast.BinOp):
        return False
    named = isinstance(node.right, ast.JoinedStr) or (
        isinstance(node.right, ast.Constant) and isinstance(node.right.value, str)
    )
    return named or _is_path(node.left)


def places(file: str, code: str) -> Iterator[Place]:
    """All changes of a file."""
    tree, lines, pointless = get_ast(code), code.splitlines(), not_for_tests(code)
    for name in OPERATORS:
        operator = get_operator(f"core/{name}")()
        spans = (span for node in ast_nodes(tree) for span in operator.mutation_positions(node))
        for occurrence, ((line, column), _) in enumerate(spans):
            if not any(first <= (line, column) < last for first, last in pointless):
                yield Place(file, line, column, name, occurrence, lines[line - 1])


def mutants(places: Iterable[Place], codes: Mapping[str, str]) -> Iterator[Mutant]:
    """The changes made, but for those that are no Python any more (`{**a}`)."""
    for place in places:
        code = codes[place.file]
        changed = mutate_code(code, get_operator(f"core/{place.operator}")(), place.occurrence)
        try:
            ast.parse(changed)
        except SyntaxError:
            continue
        yield Mutant(place.file, place.line, place.operator, changed_lines(code, changed), changed)


def main(arguments: Sequence[str]) -> None:
    """`size seed file...`, files relative to the working directory."""
    size, seed, *files = arguments
    codes = {file: Path(file).read_text(encoding="utf-8") for file in files}
    found = [place for file, code in codes.items() for place in places(file, code)]
    drawn = islice(mutants(draw(found, int(seed)), codes), int(size))
    json.dump([asdict(one) for one in drawn], sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
