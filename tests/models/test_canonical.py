"""A network is written in the same bytes however its parts were named and ordered."""

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from vigia.models.families.lstm.canonical import canonical

WEIGHTS = {"a": np.eye(3, dtype=np.float32), "b": np.full((3, 3), 0.5, dtype=np.float32)}


def graph(names: dict[str, str], order: list[int], weights: list[str]) -> onnx.ModelProto:
    """y = relu(x a) + x b, with these names of its inner values, nodes and weights in this order."""
    name = {each: names.get(each, each) for each in ("left", "right", "positive", "a", "b")}
    nodes = [
        helper.make_node("MatMul", ["x", name["a"]], [name["left"]], name=f"node/{name['left']}"),
        helper.make_node("MatMul", ["x", name["b"]], [name["right"]], name=f"node/{name['right']}"),
        helper.make_node("Relu", [name["left"]], [name["positive"]]),
        helper.make_node("Add", [name["positive"], name["right"]], ["y"]),
    ]
    shapes = [helper.make_tensor_value_info(each, TensorProto.FLOAT, [names.get("rows"), 3]) for each in ("x", "y")]
    initial = [numpy_helper.from_array(WEIGHTS[each], name[each]) for each in weights]
    made = helper.make_graph([nodes[place] for place in order], "any", [shapes[0]], [shapes[1]], initial)
    made.doc_string = f"converted from call {len(names)}"
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


@pytest.mark.parametrize(
    ("names", "order", "weights"),
    [
        ({}, [1, 0, 2, 3], ["b", "a"]),
        ({"left": "Call/PartitionedCall__14", "a": "kernel:0", "rows": "unk__21"}, [0, 2, 1, 3], ["a", "b"]),
        ({"left": "right", "right": "left"}, [0, 1, 2, 3], ["b", "a"]),
    ],
    ids=["order", "names", "names exchanged"],
)
def test_names_and_order_do_not_change_the_bytes(names: dict[str, str], order: list[int], weights: list[str]) -> None:
    plain, other = (
        canonical(graph({"rows": "unk__7"} if "rows" in names else {}, [0, 1, 2, 3], ["a", "b"])),
        canonical(graph(names, order, weights)),
    )
    assert other.SerializeToString(deterministic=True) == plain.SerializeToString(deterministic=True)
    onnx.checker.check_model(other)


def test_it_computes_what_it_computed() -> None:
    x = np.random.default_rng(1).normal(size=(4, 3)).astype(np.float32)
    given = graph({"left": "t3", "right": "t0"}, [1, 0, 2, 3], ["b", "a"])
    values = [
        onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"x": x})[0]
        for model in (given, canonical(given))
    ]
    np.testing.assert_array_equal(*values)


def test_another_weight_makes_other_bytes() -> None:
    one = graph({}, [0, 1, 2, 3], ["a", "b"])
    other = graph({"a": "b", "b": "a"}, [0, 1, 2, 3], ["a", "b"])
    assert canonical(one).SerializeToString() == canonical(other).SerializeToString()
    other.graph.initializer[0].CopyFrom(numpy_helper.from_array(2 * WEIGHTS["a"], other.graph.initializer[0].name))
    assert canonical(one).SerializeToString() != canonical(other).SerializeToString()
